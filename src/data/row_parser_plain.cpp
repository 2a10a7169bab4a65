// The fast path of RowParser: labels that are short integers, features of the form " index:value" in order
// and plainly spelled. Each function gives up at the first thing out of the ordinary, which the exact path
// then takes.
#include <algorithm>
#include <bit>
#include <cstring>

#include "data/decimal.hpp"
#include "data/row_parser.hpp"
#include "data/row_parser_row.hpp"

namespace sparselearn {
namespace {

std::uint32_t load3(const char* p) {
  std::uint32_t bytes;
  std::memcpy(&bytes, p, sizeof bytes);
  return bytes & 0xFFFFFFU;
}

constexpr std::uint32_t three(char a, char b, char c) {
  return static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b) << 8 |
         static_cast<std::uint32_t>(c) << 16;
}

constexpr std::uint32_t one_and_on = three(':', '1', ' ');
constexpr std::uint32_t one_and_end = three(':', '1', '\n');

/// Reads [-]digits[.digits] behind a colon; `non_digit` is the first position behind the colon and is moved
/// to that behind the number. Returns the end of the number, or null.
const char* plain_value(const char* p, const char* window, const std::uint32_t*& non_digit, float& value) {
  const bool negative = window + *non_digit == p;
  if (negative) {
    if (*p != '-') return nullptr;
    ++p;
    ++non_digit;
  }
  const char* end = window + *non_digit;
  const auto whole = static_cast<std::size_t>(end - p);
  if (whole - 1 >= 8) return nullptr;
  std::uint64_t mantissa = whole == 1 ? static_cast<std::uint64_t>(*p - '0') : decimal::spell(p, whole);
  std::size_t decimals = 0;
  if (*end == '.') {
    const char* const fraction = end + 1;
    end = window + *++non_digit;
    decimals = static_cast<std::size_t>(end - fraction);
    if (whole + decimals > 18) return nullptr;
    mantissa = decimal::spell_on(mantissa, fraction, decimals);
  }
  if (*end != ' ' && *end != '\n') return nullptr;
  if (!decimal::round_quotient(mantissa, decimals, value)) return nullptr;
  if (negative) value = -value;
  return end;
}

}  // namespace

// The label at the start of a line, if it is [+-] and up to 8 digits before a blank. Returns its end, or
// null.
const char* RowParser::plain_label(const char* p) {
  const bool negative = *p == '-';
  const bool sign = negative || *p == '+';
  const std::uint32_t* const end = next_ + sign;
  const char* const digits = p + sign;
  const auto count = static_cast<std::size_t>(window_ + *end - digits);
  if (count - 1 >= 8 || window_[*end] != ' ') return nullptr;
  const double magnitude = static_cast<double>(decimal::spell(digits, count));
  labels_[rows_] =
      std::bit_cast<double>(std::bit_cast<std::uint64_t>(magnitude) | std::uint64_t{negative} << 63);
  next_ = end;
  return window_ + *end;
}

// Takes rows as long as they are plain. Returns a place at or behind `end`, or that in a line at which to go
// on with the exact path; `row` is what is known of that line.
const char* RowParser::plain_rows(const char* p, const char* end, Row& row) {
  while (p < end) {
    row.line = p;
    row.begin = nonzeros_;
    row.next_index = format_.lowest_index;
    row.labelled = false;
    p = plain_label(p);
    if (!p) return row.line;
    row.labelled = true;
    p = plain_features(p, row);
    if (*p != '\n') return p;
    count_row();
    out_.index_end = std::max(out_.index_end, row.next_index);
    ++out_.lines;
    ++next_;
    ++p;
  }
  return p;
}

// Features from the blank at `p` on. Returns the end of the last.
const char* RowParser::plain_features(const char* p, Row& row) {
  const char* const begin = p;
  const char* const window = window_;
  const std::uint32_t shift = format_.shift;
  const std::size_t most_digits = plain_digits_;
  std::uint32_t* const indices = indices_.get();
  float* const values = values_.get();
  const std::uint32_t* non_digit = next_ + 1;
  std::uint64_t next_index = row.next_index > 0 ? row.next_index : 1;  // index 0 is left to the exact path
  std::size_t k = nonzeros_;
  bool saw_other_value = false;
  while (*p == ' ') {
    const char* const colon = window + *non_digit;
    const auto digits = static_cast<std::size_t>(colon - p) - 1;
    if (digits - 1 >= most_digits) break;
    const std::uint64_t index = decimal::spell(p + 1, digits);
    if (index < next_index) break;
    indices[k] = static_cast<std::uint32_t>(index) - shift;
    const std::uint32_t value_text = load3(colon);
    if (value_text == one_and_on || value_text == one_and_end) {
      values[k++] = 1;
      p = colon + 2;
      non_digit += 2;
    } else {
      const std::uint32_t* behind = non_digit + 1;
      float value = 0;
      const char* const end = *colon == ':' ? plain_value(colon + 1, window, behind, value) : nullptr;
      if (!end) break;
      values[k] = value;
      k += value != 0;
      saw_other_value = true;
      p = end;
      non_digit = behind + 1;
    }
    next_index = index + 1;
  }
  next_ = non_digit - 1;
  nonzeros_ = k;
  if (saw_other_value) saw_other_value_ = true;
  if (p != begin) row.next_index = next_index;
  return p;
}

}  // namespace sparselearn
