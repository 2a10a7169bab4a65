// Weighted counts of the four outcomes of a binary prediction; positive means label +1, predicted where the
// score is above 0.
#pragma once
#include "metric/weighted_mean.hpp"

namespace sparselearn::metric {

struct Confusion {
  double true_positive = 0, false_positive = 0, false_negative = 0, true_negative = 0;
};

inline Confusion confusion(const Predictions& p) {
  Confusion count;
  for (std::size_t row = 0; row < p.labels.size(); ++row) {
    const bool positive = p.labels[row] > 0, predicted = p.scores[row] > 0;
    double& outcome = predicted ? (positive ? count.true_positive : count.false_positive)
                                : (positive ? count.false_negative : count.true_negative);
    outcome += weight(p, row);
  }
  return count;
}

}  // namespace sparselearn::metric
