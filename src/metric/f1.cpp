// Harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN). NaN where no row is or is predicted
// positive.
#include "metric/confusion.hpp"

namespace sparselearn::metric {

double f1(const Predictions& p) {
  const Confusion count = confusion(p);
  return 2 * count.true_positive / (2 * count.true_positive + count.false_positive + count.false_negative);
}

}  // namespace sparselearn::metric
