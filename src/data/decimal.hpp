// Decimal numbers of the LIBSVM text, correctly rounded: pieces for a fast path, and an exact path for
// everything.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sparselearn::decimal {

enum class Status { ok, malformed, not_finite };

/// The whole of `text` as a number, [+-]digits[.digits][e[+-]digits], correctly rounded; underflow gives 0 or
/// a denormal. "inf", "nan" and what overflows are not_finite.
Status parse_number(std::string_view text, float& value);
Status parse_number(std::string_view text, double& value);

inline constexpr double power_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                          1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
inline constexpr std::uint64_t integer_power_of_ten[] = {1,      10,      100,      1000,     10000,
                                                         100000, 1000000, 10000000, 100000000};

/// The number that `count` digits at `p` spell, 1 to 8 of them; 8 bytes must be readable. All eight digits at
/// once: pairs, then fours, then the whole, in three multiplications.
inline std::uint64_t spell(const char* p, std::size_t count) {
  std::uint64_t digits;
  std::memcpy(&digits, p, sizeof digits);
  digits = (digits ^ 0x3030303030303030U)
           << (64 - 8 * count);  // what follows the digits falls out, zeros come in front
  digits = digits * 10 + (digits >> 8);
  return ((digits & 0x000000FF000000FFU) * 0x000F424000000064U +
          ((digits >> 16) & 0x000000FF000000FFU) * 0x0000271000000001U) >>
         32;
}

/// Appends `count` digits at `p`, 0 to 18 in all, to the number `mantissa`.
inline std::uint64_t spell_on(std::uint64_t mantissa, const char* p, std::size_t count) {
  for (; count > 8; count -= 8, p += 8) mantissa = mantissa * integer_power_of_ten[8] + spell(p, 8);
  return count == 0 ? mantissa : mantissa * integer_power_of_ten[count] + spell(p, count);
}

/// mantissa / 10^decimals rounded to float, decimals <= 18. False in the rare case that it needs the exact
/// path.
///
/// Why it rounds correctly: a mantissa below 2^63 becomes a double and is divided with two roundings, so the
/// relative error of the quotient is below 2^-52, at most 2 units in the last place. Unless the quotient lies
/// within 8 such units of the middle between two neighbouring floats, it is on the same side of every middle
/// as the exact value, and rounds to the same float. Quotients are 0 or at least 1e-18, so no denormal is
/// involved.
inline bool round_quotient(std::uint64_t mantissa, std::size_t decimals, float& value) {
  constexpr std::uint64_t below_float = (std::uint64_t{1} << 29) - 1, middle = std::uint64_t{1} << 28;
  const double quotient = static_cast<double>(static_cast<std::int64_t>(mantissa)) / power_of_ten[decimals];
  value = static_cast<float>(quotient);
  return (std::bit_cast<std::uint64_t>(quotient) & below_float) - (middle - 8) > 16;
}

}  // namespace sparselearn::decimal
