// Where the numbers end: the positions of all bytes of a text that are not digits. Knowing them beforehand
// lets the parser take a number in one piece, without looking for its end digit by digit, which a processor
// can not do ahead of time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace sparselearn {

/// How many bytes behind the text are read, and how many positions behind the last may be written.
inline constexpr std::size_t non_digits_overrun = 16;

/// Writes the position of each byte of text[0 .. size) other than '0' .. '9' to `positions`, ascending, and
/// returns how many there are. `positions` needs room for size + non_digits_overrun.
std::size_t find_non_digits(const char* text, std::size_t size, std::uint32_t* positions);

/// All implementations that this processor can run, the fastest last. They give the same positions.
using NonDigitFinder = std::size_t (*)(const char* text, std::size_t size, std::uint32_t* positions);
std::span<const NonDigitFinder> non_digit_finders();

}  // namespace sparselearn
