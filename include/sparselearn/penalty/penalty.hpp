// The elastic-net penalty l1 |w|_1 + (l2/2) |w|_2^2 and its proximal steps. The intercept is never penalised.
#pragma once
#include <algorithm>
#include <span>

namespace sparselearn {

struct Penalty {
  double l1 = 0;
  double l2 = 0;
};

/// S(v, t) = sign(v) max(|v| - t, 0) = v - min(max(v, -t), t), t >= 0: the proximal step of t |.|. A NaN stays
/// one, and v and t both infinite give one. Without a branch, which the signs of a row's weights would make a
/// coin toss a nonzero.
inline double soft_threshold(double v, double t) { return v - std::min(std::max(v, -t), t); }

/// l1 |w|_1 + (l2/2) |w|_2^2.
double penalty_value(const Penalty& penalty, std::span<const double> w);

/// The element of least magnitude of the subdifferential of (smooth part with gradient g) + l1 |.| at w;
/// equals g where l1 = 0. Its infinity norm is the certificate of solvers without a duality gap.
inline double projected_gradient(double w, double g, double l1) {
  if (w > 0) return g + l1;
  if (w < 0) return g - l1;
  return soft_threshold(g, l1);
}

}  // namespace sparselearn
