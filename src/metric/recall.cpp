// Share of the positive rows that are predicted so: TP / (TP + FN). NaN where no row is positive.
#include "metric/confusion.hpp"

namespace sparselearn::metric {

double recall(const Predictions& p) {
  const Confusion count = confusion(p);
  return count.true_positive / (count.true_positive + count.false_negative);
}

}  // namespace sparselearn::metric
