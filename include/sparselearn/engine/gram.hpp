// Gram matrices of the data, X'MX with a small matrix M_i a row: what second-order methods need beside the
// Objective. M_i is loss'' for Newton, g_i g_i' for the empirical Fisher matrix, 1 for K-FAC's left factor.
// Parts of rows are added in a fixed order, so the bits are the same on any number of threads.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/engine/problem.hpp"
#include "sparselearn/engine/row_parts.hpp"

namespace sparselearn {

class Gram {
 public:
  /// Keeps a reference: the problem must outlive it.
  explicit Gram(const Problem& problem);

  /// Turns the values u_i (outputs a row) of `rows` rows from number `first` on into M_i u_i, in place.
  using RowMap = std::function<void(std::uint64_t first, std::size_t rows, double* u)>;
  /// out = (1/S) sum_i x_i (M_i x_i'v); v and out have dimension() entries. One pass.
  void product(std::span<const double> v, const RowMap& map, std::span<double> out);
  /// out = (1/S) sum_i (x_i * x_i) m_i, squares per feature; m has outputs values a row. One pass.
  void diagonal(std::span<const double> m, std::span<double> out);

  /// Side of the dense matrix: features + intercept.
  std::size_t side() const { return problem_.dimension() / problem_.outputs(); }
  /// Lower triangle (row-major, side() x side(), the rest left zero) of (1/S) sum_i c_i x_i x_i'. One pass.
  void dense(std::span<const double> c, std::span<double> out);
  /// Multiplications that dense() takes: sum_i nonzeros_i (nonzeros_i + 1) / 2.
  double dense_cost() const;

  /// s_i of every row.
  static std::vector<double> row_weights(const Problem& problem);
  /// s_i loss''(z_i) of every row, for losses with one score.
  static std::vector<double> row_curvatures(const Problem& problem, std::span<const double> z);

  /// Passes over the data made so far.
  double passes() const { return passes_; }

 private:
  using PartBody = std::function<void(const RowPart&, double* sum)>;
  void sum_parts(const std::vector<RowPart>& parts, std::span<double> out, const PartBody& body);

  const Problem& problem_;
  std::vector<RowPart> parts_;
  HugeVector<double> triangle_;  // of dense()
  HugeVector<double> sums_;      // parts * length of the sum, made when first needed
  double passes_ = 0;
};

}  // namespace sparselearn
