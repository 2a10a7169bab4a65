// The two Kronecker factors of K-FAC for one softmax layer, and the damped solve with them.
#pragma once
#include <span>
#include <vector>

#include "solver/batch/batch_solver.hpp"
#include "solver/batch/cholesky.hpp"
#include "sparselearn/engine/gram.hpp"

namespace sparselearn::batch {

/// Fisher ~ A (x) G with A = (1/S) sum_i s_i x_i x_i' (features, the intercept's 1 included) and
/// G = (1/S) sum_i s_i E_{y ~ p_i} g g' = (1/S) sum_i s_i (diag p_i - p_i p_i') (outputs).
class KroneckerFactors {
 public:
  explicit KroneckerFactors(const Problem& problem);

  /// Takes A + sqrt(lambda) I, which does not depend on w: dense where that is cheap, else matrix-free.
  void set_damping(double lambda);
  /// Takes G at the scores z (outputs a row).
  void refresh(std::span<const double> z);
  /// out = -(A + sqrt(lambda) I)^-1 V (G + sqrt(lambda) I)^-1 for the weight-shaped V; matrix-free to a tenth
  /// of |V| a column.
  void solve(std::span<const double> v, std::span<double> out);

  /// Mean diagonal of A times that of G at equal probabilities, (1/K)(1 - 1/K): the scale of the Fisher
  /// matrix.
  double mean_diagonal() const;
  double passes() const { return gram_.passes(); }

 private:
  void solve_left_dense(Vector& v) const;
  void solve_left_by_cg(Vector& v);
  void solve_right(std::span<double> out) const;

  const Problem& problem_;
  Gram gram_;
  bool dense_;
  double root_ = 0;  // sqrt(lambda)
  std::vector<double> row_weights_;
  Vector left_;           // dense: lower triangle of A
  Vector left_diagonal_;  // matrix-free: of A, repeated for every output
  Cholesky left_factor_, right_factor_;
};

}  // namespace sparselearn::batch
