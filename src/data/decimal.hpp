// Decimal numbers of the LIBSVM text, correctly rounded.
//
// The fast path reads eight bytes at a time (SWAR). It covers [-]digits[.digits] of at most 19 digits; all
// else goes to parse_number(), which is exact for anything.
//
// Why the fast path rounds correctly to float: m / 10^k with m < 2^64 and k <= 22 is computed in double with
// two roundings, so its relative error is below 2^-52, at most 2 units in the last place. Unless the double
// lies within 8 such units of the middle between two neighbouring floats, it is on the same side of every
// middle as the exact value, and rounds to the same float. The rare doubles nearer to a middle are left to
// the exact path.
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sparselearn::decimal {

enum class Status { ok, malformed, not_finite };

/// The whole of `text` as a number, [+-]digits[.digits][e[+-]digits], correctly rounded; underflow gives 0 or
/// a denormal. "inf", "nan" and what overflows are not_finite.
Status parse_number(std::string_view text, float& value);
Status parse_number(std::string_view text, double& value);

inline std::uint64_t load8(const char* p) {
  std::uint64_t bytes;
  std::memcpy(&bytes, p, sizeof bytes);
  return bytes;
}

/// Eight bytes of text, and how many of the first are digits.
struct Digits {
  std::uint64_t bytes;  // digits as 0 .. 9, the first in the lowest byte
  unsigned count;       // 0 .. 8

  explicit Digits(const char* p) : bytes(load8(p) ^ 0x3030303030303030U) {
    const std::uint64_t other = ((bytes + 0x7676767676767676U) | bytes) & 0x8080808080808080U;
    count = static_cast<unsigned>(std::countr_zero(other)) /
            8;  // a carry spoils only bytes behind the first non-digit
  }
  /// The number they spell; count > 0.
  std::uint64_t value() const { return spell(bytes << (64 - 8 * count)); }
  std::uint64_t value_or_zero() const { return count == 0 ? 0 : value(); }

  // Pairs, then fours, then all eight in three multiplications.
  static std::uint64_t spell(std::uint64_t d) {
    d = d * 10 + (d >> 8);
    return ((d & 0x000000FF000000FFU) * 0x000F424000000064U +
            ((d >> 16) & 0x000000FF000000FFU) * 0x0000271000000001U) >>
           32;
  }
};

inline constexpr double power_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                          1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                          1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
inline constexpr std::uint64_t integer_power_of_ten[] = {1,      10,      100,      1000,     10000,
                                                         100000, 1000000, 10000000, 100000000};

/// True if rounding `value` to float could differ from rounding the exact number it stands for, see above.
inline bool near_float_middle(double value) {
  constexpr std::uint64_t below_float = (std::uint64_t{1} << 29) - 1, middle = std::uint64_t{1} << 28;
  return (std::bit_cast<std::uint64_t>(value) & below_float) - (middle - 8) <= 16;
}

/// Rounds m / 10^decimals; false where the exact path is needed. decimals <= 22.
inline bool round_quotient(std::uint64_t mantissa, unsigned decimals, float& value) {
  const double quotient = static_cast<double>(mantissa) / power_of_ten[decimals];
  value = static_cast<float>(quotient);
  return !near_float_middle(quotient);
}
inline bool round_quotient(std::uint64_t mantissa, unsigned decimals, double& value) {
  value = static_cast<double>(mantissa) / power_of_ten[decimals];  // one rounding, of an exact quotient
  return mantissa <= std::uint64_t{1} << 53;
}

/// Reads [-]digits[.digits] at `p`, which must be readable 32 bytes on. Returns the end, or null where the
/// exact path is needed; what follows the number is for the caller to judge.
template <class T>
const char* parse_short(const char* p, T& value) {
  const bool negative = *p == '-';
  p += negative;
  const Digits whole(p);
  if (whole.count == 0 || whole.count > 7) return nullptr;
  p += whole.count;
  std::uint64_t mantissa = whole.value();
  unsigned decimals = 0;
  if (*p == '.') {
    const Digits part(++p);
    decimals = part.count;
    if (decimals == 0) return nullptr;
    mantissa = mantissa * integer_power_of_ten[decimals] + part.value();
    p += decimals;
    if (decimals == 8) {
      const Digits rest(p);
      if (whole.count + rest.count > 11 || rest.count == 8) return nullptr;
      mantissa = mantissa * integer_power_of_ten[rest.count] + rest.value_or_zero();
      decimals += rest.count;
      p += rest.count;
    }
  }
  if (!round_quotient(mantissa, decimals, value)) return nullptr;
  if (negative) value = -value;
  return p;
}

}  // namespace sparselearn::decimal
