// Root of the weighted mean squared error.
#include <cmath>

#include "metric/weighted_mean.hpp"

namespace sparselearn::metric {

double rmse(const Predictions& p) {
  return std::sqrt(weighted_mean(p, [&](std::size_t row) {
    const double error = p.scores[row] - p.labels[row];
    return error * error;
  }));
}

}  // namespace sparselearn::metric
