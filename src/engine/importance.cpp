#include "sparselearn/engine/importance.hpp"

#include <algorithm>
#include <string>

#include "sparselearn/base/error.hpp"

namespace sparselearn {

Importance importance_of_rows(const Problem& problem, std::string_view sampling, double curvature) {
  if (sampling != "auto" && sampling != "uniform" && sampling != "norm")
    throw UsageError("--sampling takes auto, uniform or norm, not '" + std::string(sampling) + "'");
  const Problem::Smoothness found = problem.smoothness(curvature);
  Importance result;
  result.smoothness = found.max;
  const bool uneven = found.max > 2 * found.mean;
  if (sampling == "uniform" || (sampling == "auto" && !uneven) || !(found.mean > 0)) return result;

  const double n = static_cast<double>(problem.rows());
  const double scale = curvature * n / problem.total_weight();
  result.probabilities.reserve(problem.rows());
  result.importance.reserve(problem.rows());
  result.smoothness = 0;
  for (const RowBlock& block : problem.data().blocks())
    for (std::size_t r = 0; r < block.rows(); ++r) {
      const double norm = squared_norm(block.row(r)) + (problem.intercept() ? 1.0 : 0.0);
      const double smoothness = scale * block.weight(r) * norm;
      const double visits = 0.5 + 0.5 * smoothness / found.mean;  // N p_i
      result.probabilities.push_back(visits / n);
      result.importance.push_back(static_cast<float>(1 / visits));
      result.smoothness = std::max(result.smoothness, smoothness / visits);
    }
  return result;
}

}  // namespace sparselearn
