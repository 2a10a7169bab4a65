#include "sparselearn/model/calibration.hpp"

#include <algorithm>

#include "sparselearn/base/math.hpp"

namespace sparselearn {

double Calibration::probability(double z) const {
  if (kind == Kind::platt) return math::sigmoid(-(a * z + b));
  const auto above = std::upper_bound(scores.begin(), scores.end(), z);
  if (above == scores.begin()) return probabilities.front();
  if (above == scores.end()) return probabilities.back();
  const auto k = static_cast<std::size_t>(above - scores.begin());
  // Half of each, since the difference of two scores need not be finite.
  const double part = (z / 2 - scores[k - 1] / 2) / (scores[k] / 2 - scores[k - 1] / 2);
  return probabilities[k - 1] + part * (probabilities[k] - probabilities[k - 1]);
}

}  // namespace sparselearn
