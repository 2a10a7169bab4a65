// Numbers as text, whatever the locale: shortest decimals that read back to the same double, and strict
// parsing.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sparselearn {

/// Shortest decimal that reads back to the same value; "inf", "-inf", "nan".
std::string to_text(double value);
/// The same at the end of `text`, and a whole number's digits.
void append_text(double value, std::string& text);
void append_text(std::uint64_t value, std::string& text);
/// `digits` significant digits, for tables people read.
std::string to_text(double value, int digits);
/// The whole of `text` as a finite double (leading '+', exponents allowed), or nothing. What is too small
/// becomes zero.
std::optional<double> parse_double(std::string_view text);
/// The whole of `text` as an unsigned integer, or nothing.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);
/// 1234567 -> "1,234,567".
std::string with_commas(std::uint64_t value);
/// 1536000 -> "1.5 MB" (powers of 1000).
std::string bytes_text(std::uint64_t bytes);

}  // namespace sparselearn
