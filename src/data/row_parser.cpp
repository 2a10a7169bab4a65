#include "data/row_parser.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "data/decimal.hpp"

namespace sparselearn {
namespace {

constexpr std::size_t bad_lines_kept = 10;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool at_line_end(const char* p) { return *p == '\n' || (*p == '\r' && p[1] == '\n'); }

const char* skip_blanks(const char* p) {
  while (is_blank(*p)) ++p;
  return p;
}

const char* token_end(const char* p) {
  while (!is_blank(*p) && *p != '#' && !at_line_end(p)) ++p;
  return p;
}

const char* find_newline(const char* p) {
  while (*p != '\n') ++p;
  return p;
}

template <class T>
void copy_exactly(HugeVector<T>& to, const HugeVector<T>& from, std::size_t count) {
  to.resize(count);
  std::copy_n(from.data(), count, to.data());
}

}  // namespace

/// The line being parsed.
struct RowParser::Row {
  std::size_t begin;            // its first entry
  std::uint64_t next_index;     // smallest index that keeps the order
  std::uint64_t index_end = 0;  // 1 + the largest index before a step back
  bool disordered = false;      // has a step back, or an index twice
  bool saw_index_zero = false;
  bool saw_qid = false;
  Fault fault{};
  const char* fault_at = nullptr;  // null: nothing wrong
  std::uint64_t fault_previous = 0;

  const char* fail(Fault what, const char* at) {
    fault = what;
    fault_at = at;
    return nullptr;
  }
};

ParsedRows RowParser::parse(std::string_view text) {
  reserve(text.size());
  text_ = text.data();
  out_ = {};
  rows_ = nonzeros_ = 0;
  all_ones_ = true;
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p < end; ++out_.lines) {
    p = parse_line(p);
    if (out_.bad > 0 && !format_.skip_bad_lines) break;
  }
  out_.block = take_block();
  return std::move(out_);
}

// The shortest row is "1\n", the shortest entry "1:1 ".
void RowParser::reserve(std::size_t bytes) {
  if (labels_.size() > bytes / 2) return;
  labels_.resize(bytes / 2 + 1);
  offsets_.resize(bytes / 2 + 2);
  indices_.resize(bytes / 4 + 1);
  values_.resize(bytes / 4 + 1);
  offsets_[0] = 0;
}

RowBlock RowParser::take_block() {
  RowBlock block;
  copy_exactly(block.offsets, offsets_, rows_ + 1);
  copy_exactly(block.labels, labels_, rows_);
  copy_exactly(block.indices, indices_, nonzeros_);
  if (!all_ones_) copy_exactly(block.values, values_, nonzeros_);
  return block;
}

namespace {

/// Reads the label at `p`. Returns its end, or null with the fault.
const char* parse_label(const char* p, double& label, Fault& fault) {
  const char* const digits = *p == '+' && is_digit(p[1]) ? p + 1 : p;
  const char* end = decimal::parse_short(digits, label);
  if (end && (*end == ' ' || *end == '\n')) return end;
  end = token_end(p);
  const auto status = decimal::parse_number({p, static_cast<std::size_t>(end - p)}, label);
  if (status == decimal::Status::ok) return end;
  fault = status == decimal::Status::malformed ? Fault::label : Fault::label_not_finite;
  return nullptr;
}

}  // namespace

// Returns the start of the next line.
const char* RowParser::parse_line(const char* begin) {
  Row row{nonzeros_, format_.lowest_index};
  const char* p = skip_blanks(begin);
  const bool blank = at_line_end(p) || *p == '#';
  if (!blank) {
    const char* const label = p;
    p = parse_label(label, labels_[rows_], row.fault);
    if (!p) row.fault_at = label;
    if (p) p = parse_features(p, row);
  }
  if (p) p = skip_rest(p, row);
  if (p && (blank || finish_row(row))) return p + 1;
  nonzeros_ = row.begin;
  add_bad_line(begin, row);
  return find_newline(begin) + 1;
}

// Reads features up to the end of the line or a comment; null with a fault in `row`.
const char* RowParser::parse_features(const char* p, Row& row) {
  for (;;) {
    p = parse_plain_features(p, row);
    p = skip_blanks(p);
    if (at_line_end(p) || *p == '#') return p;
    p = parse_any_feature(p, row);
    if (!p) return nullptr;
  }
}

// The fast path: features of the form " index:value" as long as they come in order and plainly spelled.
// Returns where it stopped.
const char* RowParser::parse_plain_features(const char* p, Row& row) {
  std::uint64_t next_index = row.next_index;
  const std::uint64_t highest = format_.highest_index;
  std::size_t k = nonzeros_;
  while (*p == ' ') {
    const decimal::Digits digits(p + 1);
    const char* const colon = p + 1 + digits.count;
    if (digits.count == 0 || *colon != ':') break;
    const std::uint64_t index = digits.value();
    if (index < next_index || index - 1 >= highest) break;  // index 0 wraps around: it is not plain
    float value = 1;
    const char* end = colon + 2;
    if (colon[1] != '1' || (*end != ' ' && *end != '\n')) {
      end = decimal::parse_short(colon + 1, value);
      if (!end || (*end != ' ' && *end != '\n')) break;
      all_ones_ = all_ones_ && (value == 1 || value == 0);
    }
    indices_[k] = static_cast<std::uint32_t>(index) - format_.shift;
    values_[k] = value;
    k += value != 0;
    next_index = index + 1;
    p = end;
  }
  nonzeros_ = k;
  row.next_index = next_index;
  return p;
}

// The exact path: one feature or qid, however it is spelled, or a fault.
const char* RowParser::parse_any_feature(const char* p, Row& row) {
  if (std::string_view(p, 4) == "qid:") {
    row.saw_qid = true;
    const char* const end = token_end(p);
    const char* const nul = std::find(p, end, '\0');
    return nul == end ? end : row.fail(Fault::nul_byte, nul);
  }
  if (!is_digit(*p)) return row.fail(Fault::feature, p);
  const char* colon = p;
  std::uint64_t index = 0;
  for (; is_digit(*colon); ++colon)
    index = std::min<std::uint64_t>(index * 10 + static_cast<std::uint64_t>(*colon - '0'), UINT32_MAX + 1ULL);
  if (*colon != ':') return row.fail(Fault::colon, colon);
  if (index > format_.highest_index) return row.fail(Fault::index_too_large, p);
  if (index < format_.lowest_index) return row.fail(Fault::index_zero, p);
  if (index < row.next_index && !step_back(index, p, row)) return nullptr;
  const char* const end = token_end(colon + 1);
  float value = 0;
  const auto status = decimal::parse_number({colon + 1, static_cast<std::size_t>(end - colon - 1)}, value);
  if (status == decimal::Status::malformed) return row.fail(Fault::value, colon + 1);
  if (status == decimal::Status::not_finite) return row.fail(Fault::value_not_finite, colon + 1);
  indices_[nonzeros_] = static_cast<std::uint32_t>(index) - format_.shift;
  values_[nonzeros_] = value;
  nonzeros_ += value != 0;
  all_ones_ = all_ones_ && (value == 1 || value == 0);
  row.saw_index_zero |= index == 0;
  row.next_index = index + 1;
  return end;
}

// An index that does not follow the one before: noted if rows may be unsorted, else a fault.
bool RowParser::step_back(std::uint64_t index, const char* at, Row& row) {
  if (!format_.unsorted) {
    row.fault_previous = row.next_index - 1;
    row.fail(index == row.fault_previous ? Fault::index_repeated : Fault::index_descending, at);
    return false;
  }
  row.disordered = true;
  row.index_end = std::max(row.index_end, row.next_index);
  return true;
}

// Passes over a comment to the end of the line.
const char* RowParser::skip_rest(const char* p, Row& row) {
  const char* const end = find_newline(p);
  const char* const nul = std::find(p, end, '\0');
  return nul == end ? end : row.fail(Fault::nul_byte, nul);
}

bool RowParser::finish_row(Row& row) {
  if (row.disordered && !sum_duplicates(row.begin)) {
    row.fail(Fault::sum_not_finite, nullptr);
    return false;
  }
  offsets_[++rows_] = nonzeros_;
  out_.index_end = std::max({out_.index_end, row.index_end, row.next_index});
  out_.saw_index_zero |= row.saw_index_zero;
  out_.saw_qid |= row.saw_qid;
  return true;
}

// Sorts the entries from `begin` by index and adds those of one index, in the order of the text and in
// double. False if a sum does not fit a float.
bool RowParser::sum_duplicates(std::size_t begin) {
  std::vector<std::pair<std::uint32_t, float>> entries;
  for (std::size_t k = begin; k < nonzeros_; ++k)
    entries.emplace_back(indices_[k] + format_.shift, values_[k]);
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  nonzeros_ = begin;
  for (std::size_t k = 0; k < entries.size();) {
    const std::uint32_t index = entries[k].first;
    double sum = 0;
    for (; k < entries.size() && entries[k].first == index; ++k)
      sum += static_cast<double>(entries[k].second);
    const float value = static_cast<float>(sum);
    if (!std::isfinite(value)) return false;
    indices_[nonzeros_] = index - format_.shift;
    values_[nonzeros_] = value;
    nonzeros_ += value != 0;
    all_ones_ = all_ones_ && (value == 1 || value == 0);
  }
  return true;
}

void RowParser::add_bad_line(const char* begin, const Row& row) {
  const char* end = find_newline(begin);
  if (end > begin && end[-1] == '\r') --end;
  BadLine bad{row.fault,
              out_.lines,
              static_cast<std::size_t>(begin - text_),
              static_cast<std::size_t>(end - begin),
              0,
              row.fault_previous};
  const char* const nul = std::find(begin, end, '\0');
  if (nul != end) bad.fault = Fault::nul_byte;
  if (nul != end || row.fault_at)
    bad.at = static_cast<std::size_t>((nul != end ? nul : row.fault_at) - begin);
  if (out_.first_bad.size() < bad_lines_kept) out_.first_bad.push_back(bad);
  ++out_.bad;
}

}  // namespace sparselearn
