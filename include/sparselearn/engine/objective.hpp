// F, its gradient and Hessian-vector products, in parallel over rows. The rows are cut into parts that depend on the data
// alone and the parts are added in a fixed order, so the bits are the same on any number of threads.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/engine/problem.hpp"

namespace sparselearn {

class Objective {
 public:
  explicit Objective(const Problem& problem);

  const Problem& problem() const { return problem_; }
  std::size_t dimension() const { return problem_.dimension(); }

  /// F(w), and its data part (1/S) sum_i s_i loss_i alone.
  struct Value {
    double total = 0;      // F(w)
    double data_loss = 0;  // without the penalty
  };
  Value value(std::span<const double> w);
  /// F(w) and the gradient of its smooth part, data loss + (l2/2) |w|^2 (l1 left to the proximal step). Remembers the scores
  /// z at w for hessian_product() and derivatives().
  Value value_and_gradient(std::span<const double> w, std::span<double> gradient);
  /// out = (Hessian of the smooth part at the last value_and_gradient point) v, Gauss-Newton sense for K outputs.
  void hessian_product(std::span<const double> v, std::span<double> out);
  /// Diagonal of the same Hessian (1 output only), l2 included.
  void hessian_diagonal(std::span<double> out);
  /// Scores z_i (outputs a row, rows in file order) at the last value_and_gradient point.
  std::span<const double> scores() const { return scores_; }
  /// loss'(z_i), not multiplied by the row weight (outputs a row), at the last value_and_gradient point.
  void derivatives(std::span<double> out) const;
  /// Scores X v of any vector, for line searches along v: z(w + a v) = z(w) + a (X v). Counts as a pass.
  void scores_of(std::span<const double> v, std::span<double> out);
  /// Data loss (1/S) sum_i s_i loss(z_i), and its derivative along direction scores dz if given, from scores alone: no pass.
  struct AlongLine { double data_loss, slope; };
  AlongLine along(std::span<const double> z, std::span<const double> dz, double a) const;

  /// Passes over the data made so far (value, gradient, Hessian product: 1 each).
  double passes() const { return passes_; }

 private:
  struct Part;
  const Problem& problem_;
  std::vector<double> scores_;
  HugeVector<double> buffers_;
  double passes_ = 0;
};

}  // namespace sparselearn
