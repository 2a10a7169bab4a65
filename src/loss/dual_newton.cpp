// Dual steps without a closed form: zeta = m + q (t(zeta) - t0) with t a falling, convex tail function,
// exp(-zeta) or, for zeta >= 0, sigmoid(-zeta). One exponential gives t and all its derivatives, so Halley's
// third-order form of Newton's method costs no more than Newton's, and a bracket that shrinks around the root
// keeps it safe. It starts at the score m, which moves little near the optimum of the whole problem, unless a
// rough closed form says that the root is far from it; from there one or two exponentials suffice, as short
// moves update exp(-zeta) by a few Taylor terms.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "loss/dual_step.hpp"
#include "sparselearn/base/math.hpp"

namespace sparselearn::dual {
namespace {

// With e = exp(-zeta) and D = denominator(e): t = e / D, -t' = e / D^2, t'' = e bend(e) / D^3.
struct ExponentialTail {
  static constexpr double domain_begin = -709;  // exp(-zeta) is finite from here on
  static double denominator(double) { return 1; }
  static double bend(double) { return 1; }
};

struct SigmoidTail {
  static constexpr double domain_begin = 0;
  static double denominator(double e) { return 1 + e; }
  static double bend(double e) { return 1 - e; }
};

// t(zeta + step) by a few Taylor terms.
template <class Function>
double tail_near(double e, double step) {
  const double inverse = 1 / Function::denominator(e);
  const double value = e * inverse, slope = value * inverse, curvature = slope * inverse * Function::bend(e);
  return value - slope * step + 0.5 * curvature * step * step;
}

// log x to 0.06 for x > 0, from the bits: the exponent plus the mantissa as a straight line.
double rough_log(double x) {
  return (static_cast<double>(std::bit_cast<std::int64_t>(x)) * 0x1p-52 - 1023) * 0.693;
}

// The root of zeta = p + q exp(-zeta), roughly: p + W(q exp(-p)), W being Lambert's, by the first terms of
// its expansion far out.
double rough_root(double p, double log_q) {
  const double l = log_q - p;
  if (l < 2) return p;
  const double log_l = rough_log(l);
  return log_q - log_l + log_l / l;
}

// exp(x) for |x| <= 1/64.
double exp_near_zero(double x) {
  const double x2 = x * x;
  return 1 + (x + x2 * ((0.5 + x * (1.0 / 6)) + x2 * ((1.0 / 24 + x * (1.0 / 120)) + x2 * (1.0 / 720))));
}

template <class Function>
double solve(double m, double q, double t0) {
  const double p = m - q * t0, log_q = rough_log(q);
  double low = std::max(p, Function::domain_begin);
  double high =
      std::max({p, log_q, low}) + 1.5;  // p + W(x) <= p + log(1 + x), and rough_log errs by less than 0.1
  // Both sides of the equation are divided by max(1, q), so that no square overflows.
  const double from_zeta = q > 1 ? 1 / q : 1, from_tail = q > 1 ? 1 : q;

  const double guess = rough_root(p, log_q);
  double zeta = std::clamp(math::abs(m - guess) < 1 ? m : guess, low, high);
  double e = math::exp(-zeta);
  for (int iteration = 0; iteration < 100; ++iteration) {
    // Halley's step -r s / (s^2 + r c / 2) from the residual r, its slope s and curvature c, each times the
    // power of D that leaves one division.
    const double d = Function::denominator(e);
    const double residual = from_zeta * (zeta - m) * d + from_tail * (t0 * d - e);
    const double slope = from_zeta * d * d + from_tail * e;
    const double step =
        -(residual * slope * d) / (slope * slope + 0.5 * residual * (from_tail * e * Function::bend(e)));
    // The next error is below step^3 / 12, less than rounding, and so is that of the Taylor series of t at
    // zeta + step.
    if (math::abs(step) <= std::max(4e-6, 0x1p-50 * math::abs(zeta))) return tail_near<Function>(e, step);
    (residual < 0 ? low : high) = zeta;
    double next = zeta + step;
    if (!(next > low && next < high)) next = low + 0.5 * (high - low);
    const double move = next - zeta;
    e = math::abs(move) <= 1.0 / 64 ? e * exp_near_zero(-move) : math::exp(-next);
    zeta = next;
  }
  return tail_near<Function>(e, 0);
}

}  // namespace

double solve_sigmoid(double m, double q, double b0) {
  // The side on which b <= 1/2 is the accurate one; the other is its mirror image b -> 1 - b, zeta -> -zeta.
  const bool mirrored = m < q * (b0 - 0.5);
  const double b = solve<SigmoidTail>(mirrored ? -m : m, q, mirrored ? 1 - b0 : b0);  // one call: no branch
  return std::clamp(mirrored ? 1 - b : b, 0.0, 1.0);
}

double solve_exponential(double m, double q, double c0) {
  return std::max(0.0, solve<ExponentialTail>(m, q, c0));
}

}  // namespace sparselearn::dual
