// RowParser: windows, lines, and the exact path that takes whatever the fast one leaves.
#include "data/row_parser.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "data/decimal.hpp"
#include "data/non_digits.hpp"
#include "data/row_entries.hpp"
#include "data/row_parser_row.hpp"

namespace sparselearn {
namespace {

constexpr std::size_t window_size = std::size_t{64} << 10;
// Behind a window too there must be non-digits for the fast path to look at; behind the text they are the
// padding.
constexpr std::size_t look_ahead = 16;
static_assert(look_ahead + non_digits_overrun <= RowParser::padding);

bool is_digit(char c) { return c >= '0' && c <= '9'; }

const char* skip_blanks(const char* p) {
  while (is_blank(*p)) ++p;
  return p;
}

const char* find_newline(const char* p) {
  while (*p != '\n') ++p;
  return p;
}

template <class T>
void copy_exactly(HugeVector<T>& to, const T* from, std::size_t count) {
  to.resize(count);
  std::copy_n(from, count, to.data());
}

std::size_t plain_digits(const RowFormat& format) {
  std::size_t digits = 0;
  while (digits < 8 && decimal::integer_power_of_ten[digits + 1] - 1 <= format.highest_index) ++digits;
  return digits;
}

}  // namespace

RowParser::RowParser(const RowFormat& format) : format_(format), plain_digits_(plain_digits(format)) {}

ParsedRows RowParser::parse(std::string_view text) {
  reserve(text.size());
  text_ = text.data();
  out_ = {};
  rows_ = nonzeros_ = 0;
  saw_other_value_ = false;
  lists_.clear();
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p < end;) {
    const std::string_view window = next_window(p, end);
    parse_window(window);
    if (out_.bad > 0 && !format_.skip_bad_lines) break;
    p = window.data() + window.size();
  }
  out_.block = take_block();
  return std::move(out_);
}

// The shortest entry is "1:1 ". Rows hardly ever are as short as they may be.
void RowParser::reserve(std::size_t bytes) {
  constexpr std::size_t usual_row = 32;
  if (!offsets_) {
    row_room_ = bytes / usual_row + 1;
    labels_ = std::make_unique_for_overwrite<double[]>(row_room_);
    offsets_ = std::make_unique_for_overwrite<std::uint64_t[]>(row_room_ + 1);
    offsets_[0] = 0;
  } else if (bytes <= text_room_) {
    return;
  }
  text_room_ = bytes;
  indices_ = std::make_unique_for_overwrite<std::uint32_t[]>(bytes / 4 + 1);
  values_ = std::make_unique_for_overwrite<float[]>(bytes / 4 + 1);
}

void RowParser::make_room_for_rows() {
  row_room_ *= 2;
  auto labels = std::make_unique_for_overwrite<double[]>(row_room_);
  auto offsets = std::make_unique_for_overwrite<std::uint64_t[]>(row_room_ + 1);
  std::copy_n(labels_.get(), rows_, labels.get());
  std::copy_n(offsets_.get(), rows_ + 1, offsets.get());
  labels_ = std::move(labels);
  offsets_ = std::move(offsets);
}

RowBlock RowParser::take_block() {
  const float* const values = values_.get();
  const bool all_ones =
      !saw_other_value_ || std::all_of(values, values + nonzeros_, [](float value) { return value == 1; });
  RowBlock block;
  copy_exactly(block.offsets, offsets_.get(), rows_ + 1);
  copy_exactly(block.labels, labels_.get(), rows_);
  copy_exactly(block.indices, indices_.get(), nonzeros_);
  if (!all_ones) copy_exactly(block.values, values, nonzeros_);
  if (format_.label_lists) lists_.copy_to(block.lists);
  return block;
}

// Whole lines from `p` on: as many as fit a window, or one that does not fit.
std::string_view RowParser::next_window(const char* p, const char* end) const {
  const auto left = static_cast<std::size_t>(end - p);
  if (left <= window_size) return {p, left};
  const void* newline = memrchr(p, '\n', window_size);
  if (!newline) newline = std::memchr(p + window_size, '\n', left - window_size);
  return between(p, newline ? static_cast<const char*>(newline) + 1 : end);
}

void RowParser::parse_window(std::string_view window) {
  window_ = window.data();
  const std::size_t indexed = window.size() + look_ahead;
  if (non_digits_.size() < indexed + non_digits_overrun) non_digits_.resize(indexed + non_digits_overrun);
  find_non_digits(window.data(), indexed, non_digits_.data());
  next_ = non_digits_.data();
  const char* const end = window.data() + window.size();
  for (const char* p = window.data(); p < end;) {
    synchronize(p);
    Row row;
    if (format_.label_lists)
      begin_row(p, row);
    else
      p = plain_rows(p, end, row);
    if (p >= end) break;  // behind a last line without its end
    p = finish_line(p, row);
    ++out_.lines;
    if (out_.bad > 0 && !format_.skip_bad_lines) break;
  }
}

// Takes the line that the fast path began and left at `p`. Returns the start of the next.
const char* RowParser::finish_line(const char* p, Row& row) {
  bool blank = false;
  if (!row.labelled) {
    p = skip_blanks(p);
    blank = at_line_end(p) || *p == '#';
    if (!blank) p = format_.label_lists ? label_list(p, row) : exact_label(p, row);
  }
  if (p && !blank) p = parse_features(p, row);
  if (p) p = skip_rest(p, row);
  if (p && (blank || finish_row(row))) return p + 1;
  nonzeros_ = row.begin;
  lists_.drop_row();
  add_bad_line(row.line, row);
  return find_newline(row.line) + 1;
}

const char* RowParser::exact_label(const char* p, Row& row) {
  const char* const end = token_end(p);
  const auto status = decimal::parse_number(between(p, end), labels_[rows_]);
  if (status == decimal::Status::ok) return end;
  return row.fail(status == decimal::Status::malformed ? Fault::label : Fault::label_not_finite, p);
}

// Reads features up to the end of the line or a comment; null with a fault in `row`.
const char* RowParser::parse_features(const char* p, Row& row) {
  for (;;) {
    synchronize(p);
    p = skip_blanks(plain_features(p, row));
    if (at_line_end(p) || *p == '#') return p;
    p = exact_feature(p, row);
    if (!p) return nullptr;
  }
}

// One feature or qid, however it is spelled. Returns its end; null with a fault in `row`.
const char* RowParser::exact_feature(const char* p, Row& row) {
  if (std::string_view(p, 4) == "qid:") return skip_qid(p, row);
  if (!is_digit(*p)) return row.fail(Fault::feature, p);
  std::uint64_t index = 0;
  const char* colon = p;
  for (; is_digit(*colon); ++colon)  // stops growing where it is too large in any case
    if (index <= UINT32_MAX) index = index * 10 + static_cast<std::uint64_t>(*colon - '0');
  if (*colon != ':') return row.fail(Fault::colon, colon);
  if (index > format_.highest_index) return row.fail(Fault::index_too_large, p);
  if (index < format_.lowest_index) return row.fail(Fault::index_zero, p);
  if (index < row.next_index && !step_back(index, p, row)) return nullptr;

  const char* const end = token_end(colon + 1);
  float value = 0;
  const auto status = decimal::parse_number(between(colon + 1, end), value);
  if (status == decimal::Status::malformed) return row.fail(Fault::value, colon + 1);
  if (status == decimal::Status::not_finite) return row.fail(Fault::value_not_finite, colon + 1);
  append(static_cast<std::uint32_t>(index) - format_.shift, value);
  row.saw_index_zero |= index == 0;
  row.next_index = index + 1;
  return end;
}

void RowParser::append(std::uint32_t stored_index, float value) {
  indices_[nonzeros_] = stored_index;
  values_[nonzeros_] = value;
  nonzeros_ += value != 0;
  saw_other_value_ = true;
}

const char* RowParser::skip_qid(const char* p, Row& row) {
  const char* const end = token_end(p);
  const char* const nul = std::find(p, end, '\0');
  if (nul != end) return row.fail(Fault::nul_byte, nul);
  row.saw_qid = true;
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
  count_row();
  if (format_.label_lists) lists_.end_row();
  out_.index_end = std::max({out_.index_end, row.index_end, row.next_index});
  out_.saw_index_zero |= row.saw_index_zero;
  out_.saw_qid |= row.saw_qid;
  return true;
}

// Sorts the entries from `begin` by index and adds those of one index, in the order of the text and in
// double. False if a sum does not fit a float.
bool RowParser::sum_duplicates(std::size_t begin) {
  RowEntries entries;
  for (std::size_t k = begin; k < nonzeros_; ++k) entries.add(indices_[k] + format_.shift, values_[k]);
  nonzeros_ = begin;
  return entries.sum([&](std::uint32_t index, double sum) {
    const auto value = static_cast<float>(sum);
    if (!std::isfinite(value)) return false;
    append(index - format_.shift, value);
    return true;
  });
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
  if (nul != end) bad.fault = Fault::nul_byte;  // whatever else is wrong: this is no text
  if (nul != end || row.fault_at)
    bad.at = static_cast<std::size_t>((nul != end ? nul : row.fault_at) - begin);
  if (out_.first_bad.size() < format_.bad_lines_kept) out_.first_bad.push_back(bad);
  ++out_.bad;
}

}  // namespace sparselearn
