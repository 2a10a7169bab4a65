// The optimisation problem every solver gets: data, loss, penalty, intercept.
//   F(w, b) = (1/S) sum_i s_i loss(x_i'w + b, y_i) + l1 |w|_1 + (l2/2) |w|_2^2,   S = sum_i s_i
// Weights are one flat vector of dimension() doubles. With K outputs, feature j holds the K adjacent weights
// w[j K] .. w[j K + K - 1]; the intercept, if any, is one more feature at the end, with value 1 in every row
// and no penalty.
#pragma once
#include <cstdint>
#include <span>

#include "sparselearn/data/dataset.hpp"
#include "sparselearn/loss/loss.hpp"
#include "sparselearn/penalty/penalty.hpp"

namespace sparselearn {

class Problem {
 public:
  /// Keeps references: data and loss must outlive the problem. Labels must already be the loss's own
  /// ({-1,+1}, classes ...).
  Problem(const Dataset& data, const Loss& loss, Penalty penalty, bool intercept = false);

  const Dataset& data() const { return data_; }
  const Loss& loss() const { return loss_; }
  const Penalty& penalty() const { return penalty_; }
  bool intercept() const { return intercept_; }

  std::uint64_t rows() const { return data_.rows(); }
  std::uint64_t features() const { return data_.features(); }
  std::size_t outputs() const { return loss_.outputs(); }
  /// Length of the weight vector: (features + intercept) * outputs.
  std::size_t dimension() const { return (features() + (intercept_ ? 1 : 0)) * outputs(); }
  /// Leading part of the weight vector that the penalty acts on: features * outputs.
  std::size_t penalized() const { return features() * outputs(); }
  /// S.
  double total_weight() const { return data_.total_weight(); }

  /// max_i and mean_i of L_i, the Lipschitz constant of grad f_i = (N s_i / S) loss'(.) (x_i, 1):
  /// curvature_bound *
  /// (|x_i|^2 + intercept) * N s_i / S, without l2. Infinite for losses without a curvature bound. Computed
  /// once, in parallel.
  struct Smoothness {
    double max = 0;
    double mean = 0;
  };
  Smoothness smoothness() const { return smoothness(loss_.curvature_bound()); }
  /// The same with another bound on the curvature of the loss.
  Smoothness smoothness(double curvature) const;

 private:
  const Dataset& data_;
  const Loss& loss_;
  Penalty penalty_;
  bool intercept_;
};

}  // namespace sparselearn
