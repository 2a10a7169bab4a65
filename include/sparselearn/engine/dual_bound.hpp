// The lower bound on F* behind the duality-gap certificate. For any dual point alpha (rows), with v = (1/S)
// sum_i s_i alpha_i x_i,
//   F* >= D(alpha) = -(1/S) sum_i s_i loss*(-alpha_i) - |S(v, l1)|_2^2 / (2 l2)      (Fenchel-Rockafellar; S
//   soft threshold)
// With l2 = 0 alpha is first scaled so that |v|_inf <= l1; with an intercept it is projected onto sum_i s_i
// alpha_i = 0.
#pragma once
#include <limits>
#include <span>
#include <vector>

#include "sparselearn/base/archive.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/engine/row_parts.hpp"

namespace sparselearn {

/// v = (1/S) sum_i s_i alpha_i (x_i, 1): what the dual variables of the rows make of the features and, if
/// there is one, the intercept. One pass, in the order of the rows.
void dual_point(const Problem& problem, std::span<const double> alpha, std::span<double> v);

class DualBound {
 public:
  /// Keeps a reference to the problem.
  explicit DualBound(const Problem& problem);

  /// True where the problem has such a bound: one score a row, a conjugate, l1 + l2 > 0.
  static bool exists(const Problem& problem);

  /// The best bound seen; at first that of alpha = 0, the mean of the losses' infima.
  double best() const { return best_; }

  /// A dual point of the solver's own. O(N + d), one pass more with an intercept.
  void offer(std::span<const double> alpha, std::span<const double> v);

  /// From a primal point w with its gradient (of the smooth part) and the scores `objective` remembers of it:
  /// the candidate alpha_i = -loss'(z_i), kept if it is better than the dual point kept from last time.
  void offer_primal(const Objective& objective, std::span<const double> w, std::span<const double> gradient);
  /// After offer_primal(): improves the dual point kept by one pass of dual coordinate ascent, if l2 > 0.
  void sweep(std::span<const double> w);

  /// Saves or loads what was offered so far.
  void state(Archive& archive);

 private:
  double value(std::span<const double> alpha, std::span<const double> v) const;
  double value_with_intercept(std::span<const double> alpha) const;
  double conjugate_sum(std::span<const double> alpha, double positive_scale, double negative_scale) const;
  void ascend(double intercept);

  const Problem& problem_;
  std::vector<RowPart> parts_;
  double best_ = -std::numeric_limits<double>::infinity();
  std::vector<double> alpha_, v_;  // the dual point kept
  double kept_ = -std::numeric_limits<double>::infinity();
};

}  // namespace sparselearn
