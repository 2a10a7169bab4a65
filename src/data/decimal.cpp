#include "data/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace sparselearn::decimal {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether `text`, unsigned, spells infinity or not-a-number.
bool spells_non_finite(std::string_view text) {
  const auto same = [text](std::string_view word) {
    return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                      [](char a, char b) { return (a | 0x20) == b; });
  };
  return same("inf") || same("infinity") || same("nan");
}

/// Power of ten of the first nonzero digit of a well-formed number: 12.5e3 -> 4. Far enough from 0 it stays
/// there.
long leading_power(std::string_view text) {
  constexpr long far = 1'000'000'000;
  const auto exponent_at = std::min(text.find_first_of("eE"), text.size());
  const std::string_view mantissa = text.substr(0, exponent_at);
  const auto first = mantissa.find_first_of("123456789");
  if (first == mantissa.npos) return -far;
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  long power = static_cast<long>(point) - static_cast<long>(first) - (first < point ? 1 : 0);
  if (exponent_at < text.size()) {
    std::string_view digits = text.substr(exponent_at + 1);
    if (digits.front() == '+') digits.remove_prefix(1);
    const bool negative = digits.front() == '-';
    long exponent = negative ? -far : far;
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);  // out of range: stays far
    power += std::clamp(exponent, -far, far);
  }
  return power;
}

template <class T>
Status parse(std::string_view text, T& value) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '-') return Status::malformed;
  }
  std::string_view magnitude = text;
  if (!magnitude.empty() && magnitude.front() == '-') magnitude.remove_prefix(1);
  if (magnitude.empty()) return Status::malformed;
  if (!is_digit(magnitude.front()) && magnitude.front() != '.')
    return spells_non_finite(magnitude) ? Status::not_finite : Status::malformed;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::invalid_argument || end != text.data() + text.size()) return Status::malformed;
  if (error == std::errc::result_out_of_range) {
    if (leading_power(magnitude) > 0) return Status::not_finite;
    value = 0;
  }
  return std::isfinite(value) ? Status::ok : Status::not_finite;
}

}  // namespace

Status parse_number(std::string_view text, float& value) { return parse(text, value); }
Status parse_number(std::string_view text, double& value) { return parse(text, value); }

}  // namespace sparselearn::decimal
