// Dual steps without a closed form: zeta = m + q (t(zeta) - t0) with t a falling, convex tail function,
// exp(-zeta) or, for zeta >= 0, sigmoid(-zeta). One exponential an iteration gives t and all its derivatives,
// so Halley's third-order form of Newton's method costs no more than Newton's; a bracket that shrinks around
// the root keeps it safe. Started at the score m it needs one or two exponentials near the optimum of the
// whole problem, where m moves little; a far start is replaced by a rough closed form.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "loss/dual_step.hpp"
#include "sparselearn/base/math.hpp"

namespace sparselearn::dual {
namespace {

struct Tail {
  double value, slope, curvature;  // t, -t', t''
};

struct ExponentialTail {
  static constexpr double domain_begin = -709;  // exp(-zeta) is finite from here on
  static Tail at(double zeta) {
    const double e = math::exp(-zeta);
    return {e, e, e};
  }
};

struct SigmoidTail {
  static constexpr double domain_begin = 0;
  static Tail at(double zeta) {
    const double e = math::exp(-zeta);
    const double b = e / (1 + e);
    const double slope = b / (1 + e);
    return {b, slope, slope * (1 - 2 * b)};
  }
};

// log x to 0.06 for x > 0, from the bits: the exponent plus the mantissa as a straight line.
double rough_log(double x) {
  const double log2 = static_cast<double>(std::bit_cast<std::int64_t>(x)) * 0x1p-52 - 1023;
  return log2 * 0.693;
}

// The root of zeta = p + q exp(-zeta), roughly: p + W(q exp(-p)) by the first terms of Lambert's W far out.
double rough_root(double p, double log_q) {
  const double l = log_q - p;
  if (l < 2) return p;
  const double log_l = rough_log(l);
  return log_q - log_l + log_l / l;
}

template <class Function>
double solve(double m, double q, double t0) {
  const double p = m - q * t0, log_q = rough_log(q);
  double low = std::max(p, Function::domain_begin);
  double high =
      std::max(p, log_q) + 1.5;  // as p + W(x) <= p + log(1 + x), and rough_log errs by less than 0.1
  high = std::max(high, low);
  double zeta = std::clamp(m, low, high);
  Tail t{};
  for (int iteration = 0; iteration < 100; ++iteration) {
    t = Function::at(zeta);
    const double residual = (zeta - m) + q * (t0 - t.value);
    (residual < 0 ? low : high) = zeta;
    const double slope = 1 + q * t.slope;
    const double newton = -residual / slope;
    const double step = newton / (1 - 0.5 * newton * (q * t.curvature / slope));
    // The next error would be below step^3 / 12: below rounding, and the Taylor series of t at zeta + step is
    // as exact.
    if (math::abs(step) <= std::max(4e-6, 0x1p-50 * math::abs(zeta)))
      return t.value - t.slope * step + 0.5 * t.curvature * step * step;
    double next = zeta + step;
    if (iteration == 0 && !(math::abs(step) < 1)) next = rough_root(p, log_q);
    zeta = next > low && next < high ? next : low + 0.5 * (high - low);
  }
  return t.value;
}

}  // namespace

double solve_sigmoid(double m, double q, double b0) {
  // The side on which b <= 1/2 is the accurate one; the other is its mirror image b -> 1 - b, zeta -> -zeta.
  const bool mirrored = m < q * (b0 - 0.5);
  const double b = mirrored ? 1 - solve<SigmoidTail>(-m, q, 1 - b0) : solve<SigmoidTail>(m, q, b0);
  return std::clamp(b, 0.0, 1.0);
}

double solve_exponential(double m, double q, double c0) {
  return std::max(0.0, solve<ExponentialTail>(m, q, c0));
}

}  // namespace sparselearn::dual
