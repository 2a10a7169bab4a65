// Sampling rows in proportion to their smoothness L_i: stochastic steps are limited by max_i L_i / (N p_i), the largest row under uniform
// sampling, about the mean row under p_i ~ L_i (Needell, Srebro & Ward 2014; Zhao & Zhang 2015). Half of the draws stay uniform, so that
// the importance 1/(N p_i) of a row is at most 2 and empty rows are still seen.
#pragma once
#include <string_view>
#include <vector>

#include "sparselearn/engine/problem.hpp"

namespace sparselearn {

struct Importance {
  std::vector<double> probabilities;  // p_i, rows; empty: uniform
  std::vector<float> importance;      // 1 / (N p_i), rows; empty: all 1
  double smoothness = 0;              // max_i L_i / (N p_i)
};

/// `sampling` is uniform, norm, or auto: by norm where the largest L_i is more than twice the mean. `curvature` bounds loss''.
/// Throws UsageError for another name.
Importance importance_of_rows(const Problem& problem, std::string_view sampling, double curvature);

}  // namespace sparselearn
