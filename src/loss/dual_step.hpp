// What the dual steps share. With u = -(alpha + delta), a dual step maximises
//   D(delta) = -loss*(u) - z delta - (q/2) delta^2,
// whose stationarity, by u = loss'(zeta) at the maximiser of the conjugate, reads
//   zeta = z + q delta,   alpha + delta = -loss'(zeta):
// zeta is the score after the step, and the new alpha is what the loss answers to it.
#pragma once
#include <cmath>

#include "sparselearn/loss/loss.hpp"

namespace sparselearn::dual {

/// target - alpha, shortened by a few roundings where alpha + delta would leave the domain of -u.
inline double delta_to(double target, double alpha, const Loss::Domain& u) {
  double delta = target - alpha;
  for (int k = 0; k < 4 && (alpha + delta < -u.upper || alpha + delta > -u.lower); ++k)
    delta = std::nextafter(delta, 0.0);
  return delta;
}

/// numerator / q with 0/0 = 0: where the maximum of a piecewise linear D is flat, 0 is as good as any.
inline double ratio(double numerator, double q) { return numerator == 0 ? 0 : numerator / q; }

/// The b that solves b = sigmoid(-zeta), zeta = m + q (b - b0), to rounding; q >= 0, b0 in [0, 1].
double solve_sigmoid(double m, double q, double b0);

/// The c that solves c = exp(-zeta), zeta = m + q (c - c0), to rounding; q >= 0, c0 >= 0.
double solve_exponential(double m, double q, double c0);

}  // namespace sparselearn::dual
