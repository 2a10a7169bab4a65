#include "data/line_check.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>

#include "data/decimal.hpp"

namespace sparselearn {
namespace {

constexpr std::size_t most_faults = 16;  // of one line, so that a hostile one does not take forever
constexpr std::string_view blanks = " \t";

std::string_view without_comment(std::string_view line) { return line.substr(0, line.find('#')); }

/// The word around or before `at`.
Word word_at(std::string_view line, std::size_t at) {
  const std::size_t blank = at == 0 ? std::string_view::npos : line.find_last_of(blanks, at - 1);
  const std::size_t end = line.find_first_of(" \t#", at);
  return {blank == std::string_view::npos ? 0 : blank + 1, std::min(end, line.size())};
}

/// Calls use(word, place) for each word behind the label.
template <class Use>
void each_feature(std::string_view line, const Use& use) {
  const std::string_view text = without_comment(line), label = label_word(line);
  std::size_t at = label.empty() ? 0 : static_cast<std::size_t>(label.data() - line.data()) + label.size();
  while ((at = text.find_first_not_of(blanks, at)) < text.size()) {
    const std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
    use(text.substr(at, end - at), at);
    at = end;
  }
}

/// Calls use(word, number, place) for each label of a list that is one.
template <class Use>
void each_label(std::string_view line, const Use& use) {
  const std::string_view list = label_word(line);
  for (std::size_t at = 0; at < list.size();) {
    const std::string_view word = list.substr(at, list.find(',', at) - at);
    double label = 0;
    if (decimal::parse_number(word, label) == decimal::Status::ok)
      use(word, label, static_cast<std::size_t>(word.data() - line.data()));
    at += word.size() + 1;
  }
}

struct PlacedIndex {
  std::uint64_t index;
  std::size_t at;
  std::string_view word;
};

std::vector<PlacedIndex> indices_of(std::string_view line) {
  std::vector<PlacedIndex> indices;
  each_feature(line, [&](std::string_view word, std::size_t at) {
    std::uint64_t index = 0;
    if (std::from_chars(word.data(), word.data() + word.size(), index).ec == std::errc())
      indices.push_back({index, at, word});
  });
  return indices;
}

std::vector<PlacedIndex> sorted(std::vector<PlacedIndex> indices) {
  std::stable_sort(indices.begin(), indices.end(),
                   [](const PlacedIndex& a, const PlacedIndex& b) { return a.index < b.index; });
  return indices;
}

bool stray(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x7f;
}

Defect defect_of(const BadLine& bad, std::string_view line) {
  switch (bad.fault) {
    case Fault::nul_byte:
      return Defect::nul_byte;
    case Fault::label_not_finite:
      return Defect::label_not_finite;
    case Fault::value_not_finite:
      return Defect::value_not_finite;
    case Fault::index_zero:
      return Defect::index_zero;
    case Fault::index_too_large:
      return Defect::index_too_large;
    case Fault::index_repeated:
      return Defect::duplicate;
    case Fault::index_descending:
      return Defect::unsorted;
    case Fault::sum_not_finite:
      return Defect::sum_not_finite;
    case Fault::label_repeated:
      return Defect::label_repeated;
    case Fault::label:
    case Fault::feature:
    case Fault::colon:
    case Fault::bar:  // those from here on are not LIBSVM's
    case Fault::label_missing:
    case Fault::weight:
    case Fault::tag:
    case Fault::quote:
    case Fault::fields_too_few:
    case Fault::fields_too_many:
    case Fault::value:
      break;
  }
  const Word word = word_at(line, bad.at);
  const std::string_view text = line.substr(word.begin, word.end - word.begin);
  if (std::any_of(text.begin(), text.end(), stray)) return Defect::stray_byte;
  return bad.fault == Fault::label ? Defect::label : Defect::feature;
}

void add(std::vector<LineDefect>& defects, Defect defect, const BadLine& place) {
  const auto same = [&](const LineDefect& other) { return other.defect == defect; };
  if (std::none_of(defects.begin(), defects.end(), same)) defects.push_back({defect, place});
}

/// What is wrong with the order of a line's indices.
void add_disorder(std::string_view line, std::vector<LineDefect>& defects) {
  const std::vector<PlacedIndex> indices = indices_of(line), ordered = sorted(indices);
  const auto note = [&](Fault fault, std::size_t at, std::uint64_t previous) {
    const BadLine bad{fault, 0, 0, line.size(), at, previous};
    add(defects, defect_of(bad, line), bad);
  };
  const auto descends = [](const PlacedIndex& a, const PlacedIndex& b) { return b.index < a.index; };
  const auto before = std::adjacent_find(indices.begin(), indices.end(), descends);
  if (before != indices.end()) note(Fault::index_descending, before[1].at, before->index);

  const PlacedIndex* first = nullptr;
  for (std::size_t k = 1; k < ordered.size(); ++k)
    if (ordered[k].index == ordered[k - 1].index && (!first || ordered[k].at < first->at))
      first = &ordered[k];
  if (first) note(Fault::index_repeated, first->at, first->index);
}

void add_repeated_label(std::string_view line, std::vector<LineDefect>& defects) {
  RowLabelLists labels;
  each_label(line, [&](std::string_view, double label, std::size_t at) { labels.add(label, at); });
  if (const auto at = labels.sort_row())
    add(defects, Defect::label_repeated, {Fault::label_repeated, 0, 0, line.size(), *at});
}

bool only_disorder(const std::vector<LineDefect>& defects) {
  return std::all_of(defects.begin(), defects.end(), [](const LineDefect& each) {
    return each.defect == Defect::unsorted || each.defect == Defect::duplicate ||
           each.defect == Defect::label_repeated;
  });
}

/// "index:value" of a row, where a sum of 0 is not stored.
std::string entry_text(const RowView& row, std::uint64_t index) {
  const std::uint32_t* const found = std::lower_bound(row.index, row.index + row.size, index);
  const auto k = static_cast<std::size_t>(found - row.index);
  const float value = k < row.size && *found == index ? row.value_at(k) : 0;
  char digits[32];
  return std::to_string(index) + ':' +
         std::string(digits, std::to_chars(digits, std::end(digits), value).ptr);
}

/// The label, or the list of them with each in once.
std::string labels_once(std::string_view line) {
  std::string text;
  std::set<double> seen;
  each_label(line, [&](std::string_view word, double label, std::size_t) {
    if (seen.insert(label).second) text.append(text.empty() ? "" : ",").append(word);
  });
  return text;
}

/// The line with its words in order; those of one index become the entry of `row`, the line as the parser
/// sorted it.
std::string rewritten(std::string_view line, const RowView& row) {
  std::string text = labels_once(line);
  each_feature(line, [&](std::string_view word, std::size_t) {
    if (word.starts_with("qid:")) text.append(" ").append(word);
  });
  const std::vector<PlacedIndex> indices = sorted(indices_of(line));
  for (auto first = indices.begin(); first != indices.end();) {
    const auto other = [&](const PlacedIndex& each) { return each.index != first->index; };
    const auto end = std::find_if(first, indices.end(), other);
    text += ' ';
    text += end - first == 1 ? std::string(first->word) : entry_text(row, first->index);
    first = end;
  }
  const std::size_t comment = line.find('#');
  if (comment != std::string_view::npos) text.append(" ").append(line.substr(comment));
  return text + '\n';
}

}  // namespace

LineCheck::LineCheck(const RowFormat& format)
    : parser_([&] {
        RowFormat lenient = format;
        lenient.unsorted = true;
        lenient.skip_bad_lines = false;
        return lenient;
      }()) {}

CheckedLine LineCheck::check(std::string_view line) {
  CheckedLine checked;
  text_.assign(line).append("\r").append(RowParser::padding, '\n');
  if (!parse_on(line, checked)) return checked;
  add_repeated_label(std::string_view(text_).substr(0, line.size()), checked.defects);
  add_disorder(std::string_view(text_).substr(0, line.size()), checked.defects);
  if (!only_disorder(checked.defects)) return checked;
  checked.repaired = rewritten(line, rows_.block.row(0));
  checked.index_zero = rows_.saw_index_zero;
  return checked;
}

// Notes and blanks out what can not be read. True if the order of the rest can be looked at.
bool LineCheck::parse_on(std::string_view line, CheckedLine& checked) {
  for (std::size_t fault = 0; fault < most_faults; ++fault) {
    rows_ = parser_.parse(std::string_view(text_).substr(0, line.size() + 1));
    if (rows_.first_bad.empty()) return true;
    const BadLine& bad = rows_.first_bad.front();
    add(checked.defects, defect_of(bad, line), bad);
    if (bad.fault == Fault::nul_byte) return false;
    if (bad.fault == Fault::sum_not_finite) return true;
    blank_out(bad, word_at(line, bad.at));
  }
  return false;
}

// A value gives way to a 0, so that the index before it still counts, and so do the labels; else the whole
// word goes.
void LineCheck::blank_out(const BadLine& bad, const Word& word) {
  const bool label = bad.fault == Fault::label || bad.fault == Fault::label_not_finite;
  const bool value = bad.fault == Fault::value_not_finite;
  const std::size_t begin = value ? bad.at : word.begin;
  std::fill(text_.data() + begin, text_.data() + word.end, ' ');
  if (label || value) text_[begin] = '0';
}

std::size_t find_index_zero(std::string_view line) {
  for (const PlacedIndex& each : indices_of(line))
    if (each.index == 0) return each.at;
  return std::string_view::npos;
}

std::string_view label_word(std::string_view line) {
  const std::string_view text = without_comment(line);
  const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
  const std::size_t end = std::min(text.find_first_of(blanks, begin), text.size());
  const std::string_view word = text.substr(begin, end - begin);
  return word.find(':') == std::string_view::npos ? word : std::string_view();
}

}  // namespace sparselearn
