// F, its gradient and Hessian-vector products, in parallel over rows. The rows are cut into parts that depend
// on the data alone and the parts are added in a fixed order, so the bits are the same on any number of
// threads.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/engine/problem.hpp"
#include "sparselearn/engine/row_parts.hpp"

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
  /// F(w) and the gradient of its smooth part, data loss + (l2/2) |w|^2 (l1 left to the proximal step).
  /// Remembers the scores z at w for hessian_product(), derivatives() and scores().
  Value value_and_gradient(std::span<const double> w, std::span<double> gradient);
  /// out = (Hessian of the smooth part at the remembered scores) v, Gauss-Newton sense for K outputs.
  void hessian_product(std::span<const double> v, std::span<double> out);
  /// Diagonal of the same Hessian, l2 included.
  void hessian_diagonal(std::span<double> out);
  /// Scores z_i (outputs a row, rows in file order) of the last value_and_gradient().
  std::span<const double> scores() const { return scores_; }
  /// d loss / d z_i, not multiplied by the row weight (outputs a row), at the remembered scores.
  void derivatives(std::span<double> out) const;
  /// X v: the scores of any vector, for line searches along v: z(w + a v) = z(w) + a (X v).
  void scores_of(std::span<const double> v, std::span<double> out);
  /// At the scores z + a dz: the data loss (1/S) sum_i s_i loss_i and its derivative in a. Needs no pass over
  /// the data.
  struct AlongLine {
    double data_loss = 0;
    double slope = 0;
  };
  AlongLine along(std::span<const double> z, std::span<const double> dz, double a) const;

  /// Passes over the data made so far: value, gradient, scores, Hessian product and diagonal count one each.
  double passes() const { return passes_; }

 private:
  // Runs body(rows of one part, the part's own sum vector, zeroed) for all parts and adds the vectors into
  // out, in order.
  using PartBody = std::function<void(const RowPart&, std::size_t part, double* sum)>;
  void sum_parts(std::span<double> out, const PartBody& body);

  const Problem& problem_;
  std::vector<RowPart> parts_;
  std::vector<double> scores_;
  HugeVector<double> sums_;  // parts * dimension, made when first needed
  double passes_ = 0;
};

}  // namespace sparselearn
