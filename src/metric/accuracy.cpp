// Weighted share of rows whose predicted label is the true one: the sign of the score, or the class of the
// largest score.
#include "metric/predicted_class.hpp"
#include "metric/weighted_mean.hpp"

namespace sparselearn::metric {

double accuracy(const Predictions& p) {
  return weighted_mean(p, [&](std::size_t row) {
    const bool right = p.outputs == 1 ? (p.scores[row] > 0) == (p.labels[row] > 0)
                                      : static_cast<double>(predicted_class(p, row)) == p.labels[row];
    return right ? 1.0 : 0.0;
  });
}

}  // namespace sparselearn::metric
