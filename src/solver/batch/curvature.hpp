// The matrix a second-order step solves with, B = C + (l2 + damping) I + E, at the scores of the last
// evaluation. C is one of
//   hessian           (1/S) sum_i s_i x_i loss''(z_i) x_i': for losses that are a likelihood the exact Fisher
//                     matrix, for the others the generalised Gauss-Newton matrix
//   empirical_fisher  (1/S) sum_i s_i grad f_i grad f_i'
// l2 leaves the intercept out, damping does not. E is diagonal, zero unless set.
#pragma once
#include <span>
#include <vector>

#include "solver/batch/batch_solver.hpp"
#include "solver/batch/cholesky.hpp"
#include "sparselearn/engine/gram.hpp"

namespace sparselearn::batch {

class Curvature {
 public:
  enum class Kind { hessian, empirical_fisher };

  Curvature(Objective& objective, Kind kind);

  /// Takes the Objective's scores. Dense: accumulates C, one pass.
  void refresh();
  /// Empty, or what each coordinate's damping is besides.
  void set_damping(double damping, Vector per_coordinate = {});

  /// True where forming and factoring B takes less work than solving with it by conjugate gradients would.
  bool dense() const { return dense_; }
  /// d = -B^-1 g. Dense only.
  void solve(std::span<const double> g, std::span<double> d);
  /// out = B v: one pass.
  void product(std::span<const double> v, std::span<double> out);
  /// Diagonal of B, positive: one pass.
  Vector diagonal();

  /// Passes made by this object itself (the Objective counts its own).
  double passes() const { return gram_.passes(); }

 private:
  double l2(std::size_t j) const;
  double shift(std::size_t j) const;  // what B adds to C's diagonal
  void empirical_map(std::uint64_t first, std::size_t rows, double* u) const;

  Objective& objective_;
  Kind kind_;
  Gram gram_;
  bool dense_;
  double damping_ = 0;
  Vector per_coordinate_;
  std::vector<double>
      rows_;  // one score: c_i with C = (1/S) sum c_i x_i x_i'; several, empirical: the derivatives
  std::vector<double> row_weights_;
  Vector matrix_;  // dense: lower triangle of C
  Cholesky cholesky_;
};

}  // namespace sparselearn::batch
