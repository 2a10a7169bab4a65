// The iterate of a variance-reduced solver with the mean gradient m that goes along, whose coordinates catch
// up when a row touches them. A step moves every coordinate,
//   w <- S(c w - a (visit g x + m), a l1),   m <- m + refresh g x,   c = 1 - a l2,
// but touches only those of the row. What the others owe is kept in one of two forms:
//   scaled    w = P_t (u - m Q_t) with P_t = c^t and Q_t = sum_{k<=t} a / P_k: an idle coordinate stays as it
//             is (Schmidt, Le Roux & Bach 2017, sec. 4.1), and those of the row move along x:
//             u <- u + (refresh Q_t - a visit / P_t) g x, with P_t and Q_t of after the step, and m as above.
//             Without l1, while c is near 1.
//   counted   w of step `since`; lazy_step.hpp says what so many steps do. For l1, and for long steps.
// Both are the dense loop's iterates, to rounding. The intercepts, never penalised, move at every step.
#pragma once
#include <span>
#include <vector>

#include "engine/pairs.hpp"
#include "engine/rows_ahead.hpp"
#include "solver/variance_reduced/lazy_step.hpp"
#include "sparselearn/base/archive.hpp"
#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/engine/problem.hpp"

namespace sparselearn {

class LazyIterate {
 public:
  /// The problem's dimension, weights w0, m = 0. set_step() must follow.
  void reset(const Problem& problem, std::span<const double> w0);
  /// Catches up, then goes on with steps of this size.
  void set_step(double step);
  double step() const { return step_; }

  /// z = x'w + b of the current iterate: `outputs` values.
  void scores(const RowView& row, double* z);
  /// The step above, with g = change (`outputs` values). scores() of the row must have been asked for.
  void move(const RowView& row, const double* change, double visit, double refresh);
  /// Asks for what the rows after the first of `rows` will need.
  template <class OfRow>
  [[gnu::always_inline]] void prefetch(const Dataset& data, std::span<const RowPlace> rows,
                                       const OfRow& of_row) const {
    prefetch_rows_ahead(data, rows, cells_, stride_, of_row);
  }

  /// Brings every coordinate to the current step.
  void catch_up();
  /// Caught up: w and m as vectors of dimension() doubles.
  void copy_weights(std::span<double> w);
  void copy_means(std::span<double> m);
  void set_weights(std::span<const double> w);
  /// Caught up, and m_j = mean(j).
  template <class Mean>
  void set_means(const Mean& mean) {
    catch_up();
    for_each([&](std::size_t j, double&, double& m) { m = mean(j); });
  }
  void state(Archive& archive);

 private:
  // One feature: {w[outputs], m[outputs]}, and with l1 {since}, padded to a multiple of 32 bytes so that the
  // cell of a single output never straddles two cache lines.
  double* cell(std::size_t feature) { return cells_.data() + feature * stride_; }
  std::size_t features() const { return cells_.size() / stride_; }
  // Counted: of a feature's cell. Without l1 that is rare, and apart.
  double& since(std::size_t feature) {
    return penalty_.l1 > 0 ? cell(feature)[2 * outputs_] : since_[feature];
  }
  Pair* pairs() { return reinterpret_cast<Pair*>(cells_.data()); }  // scaled, one output: {u, m}
  // body(j, w, m) for every coordinate.
  template <class Body>
  void for_each(const Body& body) {
    for (std::size_t f = 0; f < features(); ++f)
      for (std::size_t c = 0; c < outputs_; ++c) body(f * outputs_ + c, cell(f)[c], cell(f)[outputs_ + c]);
    for (std::size_t c = 0; c < intercepts_.size(); ++c)
      body(features() * outputs_ + c, intercepts_[c], intercept_means_[c]);
  }
  void scaled_scores(const RowView& row, double* z) const;
  void scaled_moves(const RowView& row, const double* change, double of_u, double refresh);
  void counted_scores(const RowView& row, double* z);
  void counted_moves(const RowView& row, const double* change, double visit, double refresh);

  Penalty penalty_;
  std::uint64_t most_steps_ = 0;  // between two catch_up(); scaled, the rounding of m Q_t grows with them
  std::size_t outputs_ = 1, stride_ = 2;
  HugeVector<double> cells_, since_;
  std::vector<double> intercepts_, intercept_means_;
  double step_ = 0;
  bool scaled_ = true;
  double power_ = 1, sum_ = 0;  // P_t, Q_t
  double now_ = 0;              // steps since the last catch_up()
  LazyStep lazy_;               // counted
};

}  // namespace sparselearn
