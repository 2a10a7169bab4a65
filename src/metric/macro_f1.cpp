// Mean of the F1 of each class against the rest, over the classes that occur as a label or as a prediction.
#include "metric/predicted_class.hpp"
#include "metric/weighted_mean.hpp"

namespace sparselearn::metric {

double macro_f1(const Predictions& p) {
  std::vector<double> hit(p.outputs), labelled(p.outputs), predicted(p.outputs);
  for (std::size_t row = 0; row < p.labels.size(); ++row) {
    const double s = weight(p, row);
    const std::size_t label = static_cast<std::size_t>(p.labels[row]), guess = predicted_class(p, row);
    labelled[label] += s;
    predicted[guess] += s;
    if (label == guess) hit[label] += s;
  }
  double sum = 0, occurring = 0;
  for (std::size_t k = 0; k < p.outputs; ++k) {
    if (labelled[k] + predicted[k] == 0) continue;
    sum += 2 * hit[k] / (labelled[k] + predicted[k]);  // 2 TP / ((TP + FN) + (TP + FP))
    ++occurring;
  }
  return sum / occurring;
}

}  // namespace sparselearn::metric
