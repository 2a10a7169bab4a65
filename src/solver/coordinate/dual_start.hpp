// What dual coordinate ascent starts from: the rows' curvatures and, where the weights do not start at zero,
// dual variables to match them.
#pragma once
#include <span>

#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/engine/problem.hpp"

namespace sparselearn::solver {

/// q_i = s_i |x_i|^2 / (l2 S); rows. Returns their mean.
double row_curvatures(const Problem& problem, HugeVector<double>& q);

/// alpha (rows) = -t loss'(x_i'w0), which is the optimum for t = 1 if w0 is, and their v (dimension); of t =
/// 1, 1/2, 1/4 ... the first that is better than the next, as w0 may come from another l2, or 0 if none is
/// better. Returns passes over the data.
double start_duals(const Problem& problem, std::span<const double> w0, std::span<double> alpha,
                   std::span<double> v);

}  // namespace sparselearn::solver
