// Share of the rows predicted positive that are: TP / (TP + FP). NaN where none is predicted positive.
#include "metric/confusion.hpp"

namespace sparselearn::metric {

double precision(const Predictions& p) {
  const Confusion count = confusion(p);
  return count.true_positive / (count.true_positive + count.false_positive);
}

}  // namespace sparselearn::metric
