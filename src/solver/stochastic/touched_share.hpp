// How often stochastic updates touch a feature.
#pragma once
#include <algorithm>
#include <span>
#include <vector>

#include "sparselearn/base/math.hpp"
#include "sparselearn/engine/problem.hpp"

namespace sparselearn {

/// q_j, the chance that a drawn row has feature j: the sum of p_i over the rows i that have it; no
/// probabilities mean p_i = 1/N, and q_j is exactly 1 where every row has j.
inline std::vector<double> touched_shares(const Problem& problem, std::span<const double> probabilities) {
  std::vector<double> shares(problem.features(), 0.0);
  std::uint64_t i = 0;
  for (const RowBlock& block : problem.data().blocks())
    for (std::size_t r = 0; r < block.rows(); ++r, ++i) {
      const RowView row = block.row(r);
      const double visits = probabilities.empty() ? 1 : probabilities[i];
      for (std::size_t k = 0; k < row.size; ++k) shares[row.index[k]] += visits;
    }
  if (probabilities.empty())
    for (double& share : shares) share /= static_cast<double>(problem.rows());
  return shares;
}

/// The share of all features that a mini-batch of so many rows touches on average.
inline double mean_touched(std::span<const double> shares, double rows) {
  double sum = 0;
  for (const double share : shares) sum += 1 - math::exp(rows * math::log1p(-std::min(share, 1.0)));
  return shares.empty() ? 0 : sum / static_cast<double>(shares.size());
}

}  // namespace sparselearn
