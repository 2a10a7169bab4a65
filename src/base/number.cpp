#include "sparselearn/base/number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

#include "base/shortest_decimal.hpp"

namespace sparselearn {
namespace {

std::optional<std::string> special(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return std::nullopt;
}

std::string fixed(double value, int decimals) {
  std::array<char, 64> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals);
  return {text.data(), end.ptr};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether a well-formed decimal that no double can hold is too small rather than too large: the power of ten
// of its first nonzero digit tells.
bool too_small(std::string_view text) {
  const std::size_t mark = std::min(text.find_first_of("eE"), text.size());
  const std::string_view digits = text.substr(0, mark);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const std::size_t first = std::min(digits.find_first_of("123456789"), digits.size());
  const std::int64_t power = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);

  std::string_view exponent = text.substr(std::min(mark + 1, text.size()));
  const bool negative = !exponent.empty() && exponent.front() == '-';
  if (!exponent.empty() && !is_digit(exponent.front())) exponent.remove_prefix(1);
  std::int64_t shift = 0;
  if (std::from_chars(exponent.data(), exponent.data() + exponent.size(), shift).ec ==
      std::errc::result_out_of_range)
    return negative;
  return power + (negative ? -shift : shift) < 0;
}

}  // namespace

std::string to_text(double value) {
  std::string text;
  append_text(value, text);
  return text;
}

void append_text(double value, std::string& text) {
  if (!std::isfinite(value)) {
    text += *special(value);
    return;
  }
  std::array<char, longest_decimal> decimal;
  text.append(decimal.data(), write_shortest(decimal.data(), value));
}

void append_text(std::uint64_t value, std::string& text) {
  std::array<char, longest_decimal> decimal;
  text.append(decimal.data(), std::to_chars(decimal.data(), decimal.data() + decimal.size(), value).ptr);
}

std::string to_text(double value, int digits) {
  if (auto name = special(value)) return *name;
  std::array<char, 1100>
      text;  // whatever the digits asked for: a double has no more than 767 significant ones
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general,
                                 std::min(digits, 1000));
  return {text.data(), end.ptr};
}

std::optional<double> parse_double(std::string_view text) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '-') return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range && too_small(text)) return text.front() == '-' ? -0.0 : 0.0;
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string with_commas(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t left = text.size(); left > 3; left -= 3) text.insert(left - 3, ",");
  return text;
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  constexpr std::array<std::string_view, 6> units{"kB", "MB", "GB", "TB", "PB", "EB"};
  double scaled = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (scaled >= 999.95 && unit + 1 < units.size()) {  // 999.95 would print as 1000.0
    scaled /= 1000;
    ++unit;
  }
  return fixed(scaled, 1) + " " + std::string(units[unit]);
}

}  // namespace sparselearn
