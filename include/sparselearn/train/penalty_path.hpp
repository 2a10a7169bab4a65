// Paths of penalties: from one so strong that nothing is learned, down in equal ratios.
#pragma once
#include <vector>

#include "sparselearn/engine/problem.hpp"

namespace sparselearn {

/// The smallest l1 for which w = 0 is optimal, whatever l2: max_j |d loss / d w_j| at w = 0 and the best
/// intercept (if the problem has one). At a kink of the loss some subgradient with a zero sum is used: then w
/// = 0 is optimal for the l1 returned, and may be for a smaller one. The problem's penalty is not looked at.
double smallest_empty_l1(const Problem& problem);

/// Where a path of l2 begins: the mean Lipschitz constant of the rows' gradients, at which weights are a
/// fraction of their unpenalised size; curvature 1 where the loss's has no bound.
double strong_l2(const Problem& problem);

/// `length` values (at least 2) from `first` down to `first * ratio`, each the same multiple of the one
/// before.
std::vector<double> geometric_path(double first, double ratio, std::size_t length);

}  // namespace sparselearn
