// Coefficient of determination: 1 - (mean squared error) / (variance of the labels). NaN where all labels are
// equal.
#include <limits>

#include "metric/weighted_mean.hpp"

namespace sparselearn::metric {

double r2(const Predictions& p) {
  const double mean = weighted_mean(p, [&](std::size_t row) { return p.labels[row]; });
  const double variance = weighted_mean(p, [&](std::size_t row) {
    const double deviation = p.labels[row] - mean;
    return deviation * deviation;
  });
  const double error = weighted_mean(p, [&](std::size_t row) {
    const double difference = p.scores[row] - p.labels[row];
    return difference * difference;
  });
  return variance > 0 ? 1 - error / variance : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace sparselearn::metric
