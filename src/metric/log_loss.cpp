// Weighted mean of -log P(label). Probabilities are kept 2^-52 away from 0, so that a row that is certain and
// wrong costs 36, not infinity.
#include "metric/weighted_mean.hpp"
#include "sparselearn/base/math.hpp"

namespace sparselearn::metric {
namespace {

double cost(double probability) { return -math::log(probability < 0x1p-52 ? 0x1p-52 : probability); }

}  // namespace

double log_loss(const Predictions& p) {
  return weighted_mean(p, [&](std::size_t row) {
    const double* probability = p.probabilities.data() + row * p.outputs;
    if (p.outputs == 1) return cost(p.labels[row] > 0 ? *probability : 1 - *probability);
    return cost(probability[static_cast<std::size_t>(p.labels[row])]);
  });
}

}  // namespace sparselearn::metric
