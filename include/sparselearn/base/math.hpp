// exp, log and kin that give the same bits on every compiler and processor: only + - * / on doubles, bit
// operations and a fixed order of evaluation, no library calls and no fused multiply-add (compile with
// -ffp-contract=off). Written without branches and integer conversions, so that loops over arrays become SIMD
// code at any instruction level. Within 1 ulp (exp, log, log1p), 2 (softplus) and 2.5 (sigmoid) over the
// whole range; infinities, NaN, overflow and denormals as in the C library (no floating-point exceptions
// promised).
//
// Methods: argument reduction as in Tang 1989/1990 and fdlibm; polynomials that interpolate at Chebyshev
// nodes.
#pragma once
#include <bit>
#include <cfloat>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace sparselearn::math {

static_assert(FLT_EVAL_METHOD == 0, "doubles must be evaluated in double precision");

namespace detail {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double quiet_nan = std::numeric_limits<double>::quiet_NaN();

// ln 2 = ln2_high + ln2_low; ln2_high has 42 bits, so that its product with any exponent is exact.
constexpr double ln2_high = 0x1.62e42fefa3800p-1;
constexpr double ln2_low = 0x1.ef35793c76730p-45;
constexpr double log2_e = 0x1.71547652b82fep+0;

constexpr std::uint64_t mantissa_mask = 0x000F'FFFF'FFFF'FFFF;
constexpr std::uint64_t one_bits = std::bit_cast<std::uint64_t>(1.0);
constexpr std::uint64_t sqrt_half_bits = std::bit_cast<std::uint64_t>(0x1.6a09e667f3bcdp-1);

inline std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }
inline double from_bits(std::uint64_t b) { return std::bit_cast<double>(b); }

// sum_k c[k] x^k by Estrin's scheme, whose latency grows with log(Count) only; power_of_two[j] = x^(2^j).
template <std::size_t Count>
inline double estrin(const double* power_of_two, const double* c) {
  if constexpr (Count == 1) {
    return c[0];
  } else {
    constexpr std::size_t half = std::bit_floor(Count - 1);
    return estrin<half>(power_of_two, c) +
           power_of_two[std::countr_zero(half)] * estrin<Count - half>(power_of_two, c + half);
  }
}

template <std::size_t Count>
inline double polynomial(double x, const double (&c)[Count]) {
  static_assert(Count <= 16);
  const double x2 = x * x, x4 = x2 * x2, x8 = x4 * x4;
  const double powers[] = {x, x2, x4, x8};
  return estrin<Count>(powers, c);
}

// (exp(r) - 1 - r) / r^2 for |r| <= ln(2)/2, to 2^-61.
constexpr double exp_tail[] = {0x1.0000000000000p-1,  0x1.5555555555557p-3,  0x1.5555555555556p-5,
                               0x1.11111111100dep-7,  0x1.6c16c16c162d6p-10, 0x1.a01a01abe683ap-13,
                               0x1.a01a01a6d7b19p-16, 0x1.71de02364614ap-19, 0x1.27e4db6718a69p-22,
                               0x1.af4ddfbb33a59p-26, 0x1.1f72fdb6c6442p-29};

// (log((1+s)/(1-s)) - 2s) / s^3 in s^2, for s = f/(2+f) and 1+f in [sqrt(1/2), sqrt(2)], to 2^-54.
constexpr double log_tail[] = {0x1.5555555555558p-1, 0x1.99999999952d7p-2, 0x1.2492492df281ap-2,
                               0x1.c71c62e3f11e6p-3, 0x1.7462b51cb66b1p-3, 0x1.39fe51a7c18f9p-3,
                               0x1.2b5900de53b32p-3};

// The same for f in [0, 1], where s^2 <= 1/9.
constexpr double log1p_tail[] = {0x1.5555555555555p-1, 0x1.999999999a3dfp-2, 0x1.24924923d422cp-2,
                                 0x1.c71c727164156p-3, 0x1.745cf0aa6a011p-3, 0x1.3b18b34a260a3p-3,
                                 0x1.10ac6a3d3e5f6p-3, 0x1.eb913ba3ef69ep-4, 0x1.687604d0c86a1p-4,
                                 0x1.4b0ed4be611b2p-3};

// log(1 + f) = f - (f^2/2 - s (f^2/2 + s^2 tail(s^2))) with `low` added where it loses least.
template <std::size_t Count>
inline double log_series(double f, double low, const double (&tail)[Count]) {
  const double s = f / (2 + f);
  const double s2 = s * s;
  const double half_square = 0.5 * f * f;
  return f - (half_square - (s * (half_square + s2 * polynomial(s2, tail)) + low));
}

// log(x + x * low) for finite x > 0.
inline double log_positive(double x, double low) {
  const bool denormal = x < DBL_MIN;
  const std::uint64_t shifted = bits(denormal ? x * 0x1p54 : x) + (one_bits - sqrt_half_bits);
  const double f = from_bits((shifted & mantissa_mask) + sqrt_half_bits) - 1;  // x = 2^k (1 + f)
  const double biased =
      from_bits((shifted >> 52) | bits(0x1p52)) - 0x1p52;  // integer to double without a conversion
  const double k = biased - (denormal ? 1023.0 + 54.0 : 1023.0);
  return k * ln2_high + log_series(f, k * ln2_low + low, log_tail);
}

// exp(-|x|), in [0, 1].
inline double exp_minus_abs(double x);

}  // namespace detail

/// e^x.
inline double exp(double x) {
  using namespace detail;
  // Adding 1.5 * 2^52 rounds to an integer and leaves it in the low bits: k + 2 * 1023.
  constexpr double shift = 0x1.8p52 + 2 * 1023;
  const double shifted = x * log2_e + shift;
  const double k = shifted - shift;
  const double high = x - k * ln2_high;
  const double low = k * ln2_low;
  const double r = high - low;
  const double scale_free = 1 + (high - (low - r * r * polynomial(r, exp_tail)));
  // 2^k in two factors, as 2^1024 and denormals have no exponent field of their own; one rounding, in the
  // last product.
  const std::uint64_t biased = bits(shifted) & 0xFFF;
  const std::uint64_t half = biased >> 1;
  const double result = scale_free * from_bits(half << 52) * from_bits((biased - half) << 52);
  const double above_zero = x < -746.0 ? 0.0 : result;  // outside [-746, 710] the work above was for nothing
  return x > 710.0 ? infinity : above_zero;
}

/// Natural logarithm; -infinity at 0, NaN below.
inline double log(double x) {
  using namespace detail;
  const double finite = log_positive(x, 0);
  const double upper = x < infinity ? finite : x;
  return x > 0 ? upper : (x == 0 ? -infinity : quiet_nan);
}

/// log(1 + x), accurate near 0.
inline double log1p(double x) {
  using namespace detail;
  const double u = 1 + x;
  const double rest = (x - (u - (u - x))) + (1 - (u - x));  // 1 + x = u + rest exactly (Knuth's two-sum)
  const double finite = log_positive(u, rest / u);
  const double upper = u < infinity ? finite : x;
  return u > 0 ? upper : (u == 0 ? -infinity : quiet_nan);
}

inline double detail::exp_minus_abs(double x) {
  return math::exp(-from_bits(bits(x) & ~(std::uint64_t{1} << 63)));
}

/// 1 / (1 + e^-x), without overflow and accurate in both tails.
inline double sigmoid(double x) {
  const double e = detail::exp_minus_abs(x);
  return (x < 0 ? e : 1.0) / (1 + e);
}

/// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), without overflow and accurate in both tails. It shares its
/// exponential with sigmoid(x) and sigmoid(-x) where a compiler sees both.
inline double softplus(double x) {
  const double e = detail::exp_minus_abs(x);
  return (x > 0 ? x : 0.0) + detail::log_series(e, 0, detail::log1p_tail);
}

/// |x|, x's magnitude with its sign bit cleared.
inline double abs(double x) { return detail::from_bits(detail::bits(x) & ~(std::uint64_t{1} << 63)); }

}  // namespace sparselearn::math
