// What the metrics share: row weights, and means over rows.
#pragma once
#include <cstddef>

#include "sparselearn/metric/metric.hpp"

namespace sparselearn::metric {

inline double weight(const Predictions& p, std::size_t row) {
  return p.weights.empty() ? 1.0 : p.weights[row];
}

/// sum_i s_i term(i) / sum_i s_i; NaN without weight. Rows of weight 0 are not looked at.
template <class Term>
double weighted_mean(const Predictions& p, const Term& term) {
  double sum = 0, total = 0;
  for (std::size_t row = 0; row < p.labels.size(); ++row) {
    const double s = weight(p, row);
    if (s == 0) continue;
    sum += s * term(row);
    total += s;
  }
  return sum / total;
}

}  // namespace sparselearn::metric
