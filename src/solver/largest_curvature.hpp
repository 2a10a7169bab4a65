#pragma once
#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "sparselearn/engine/objective.hpp"

namespace sparselearn {

/// Steps of the 1/L kind are a guess for such losses, and watched every epoch.
inline bool curvature_is_bounded(const Problem& problem) {
  return std::isfinite(problem.loss().curvature_bound());
}

/// Passes that largest_curvature() makes.
inline double curvature_passes(const Problem& problem) { return curvature_is_bounded(problem) ? 0 : 1; }

/// A bound on loss'' for steps of the 1/L kind. Losses without one (exponential) start from the curvature at
/// w; a StepGuard halves the step where that was too bold.
inline double largest_curvature(const Problem& problem, Objective& objective, std::span<const double> w) {
  if (curvature_is_bounded(problem)) return problem.loss().curvature_bound();
  std::vector<double> gradient(problem.dimension());
  objective.value_and_gradient(w, gradient);
  double largest = 0;
  std::uint64_t i = 0;
  for (const RowBlock& block : problem.data().blocks())
    for (const double label : block.labels)
      largest = std::max(largest, problem.loss().second_derivative(objective.scores()[i++], label));
  return largest;
}

}  // namespace sparselearn
