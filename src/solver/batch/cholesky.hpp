// Dense Cholesky factors, for curvature matrices of a few thousand rows.
#pragma once
#include <span>

#include "sparselearn/base/huge_vector.hpp"

namespace sparselearn::batch {

/// A = L L' for a symmetric positive definite A, blocked (Golub & Van Loan 2013, alg. 4.2.4); same bits on
/// any number of threads.
class Cholesky {
 public:
  /// Takes the lower triangle of `a`, side x side row-major. Where it is not positive definite in double
  /// precision, its diagonal entries grow by a factor 1 + ridge, ridge from 1e-14 on, ten times more until it
  /// is; a zero entry (and so row) counts as 1.
  void factor(std::span<const double> a, std::size_t side);
  /// x = A^-1 b, in place.
  void solve(std::span<double> x) const;
  /// The ridge that was needed: 0 if none.
  double ridge() const { return ridge_; }

 private:
  bool try_factor(std::span<const double> a);
  bool factor_diagonal_block(std::span<const double> a, std::size_t begin, std::size_t end);

  void solve_below(std::size_t begin, std::size_t end);
  void subtract_from_right(std::size_t begin, std::size_t end);
  template <class Body>
  void for_groups(std::size_t rows, std::size_t work, const Body& body) const;

  HugeVector<double> l_;      // lower triangle, row-major
  HugeVector<double> panel_;  // transposed: the rows below the diagonal block in hand
  std::size_t stride_ = 0;    // of panel_
  std::size_t side_ = 0;
  double ridge_ = 0;
};

}  // namespace sparselearn::batch
