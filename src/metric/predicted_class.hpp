// The class a row is given: the one of the largest score, the first of equals.
#pragma once
#include <algorithm>
#include <cstddef>

#include "sparselearn/metric/metric.hpp"

namespace sparselearn::metric {

inline std::size_t predicted_class(const Predictions& p, std::size_t row) {
  const double* scores = p.scores.data() + row * p.outputs;
  return static_cast<std::size_t>(std::max_element(scores, scores + p.outputs) - scores);
}

}  // namespace sparselearn::metric
