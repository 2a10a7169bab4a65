// Weighted mean absolute error.
#include <cmath>

#include "metric/weighted_mean.hpp"

namespace sparselearn::metric {

double mae(const Predictions& p) {
  return weighted_mean(p, [&](std::size_t row) { return std::abs(p.scores[row] - p.labels[row]); });
}

}  // namespace sparselearn::metric
