// What the primal coordinate solvers share: scores of the rows, the line search of a step, which coordinates
// are left out (shrinking), the order of visits, and the subspace step between passes. A solver adds the step
// on a coordinate or on a block of them, which are so many that follow one another in the order of visits.
//
// Line search (Tseng & Yun 2009; Yuan et al. 2010) of a step d, g the gradient of F without l1:
//   the first lambda of 1, 1/2, 1/4 ... with F(w + lambda d) - F(w) <= 0.01 lambda D,
//   D = g'd + l1 |w + d|_1 - l1 |w|_1
// or, where that difference drowns in rounding, with a slope of F along d of at most 0.98 |D| (the
// approximate Wolfe condition of Hager & Zhang 2005).
//
// Shrinking: a coordinate at 0 with |g_j| < l1 - M/N, M the largest violation of the last pass, is left out
// until what remains has lost nine tenths of its violation; then all come back.
#pragma once
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "solver/coordinate/row_scores.hpp"
#include "solver/coordinate/subspace.hpp"
#include "sparselearn/engine/columns.hpp"
#include "sparselearn/engine/row_order.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn::solver {

class PrimalCoordinate : public Solver {
 public:
  /// Steps on `together` coordinates at a time.
  PrimalCoordinate(std::string name, const SolverOptions& options, std::size_t together);

  void start(const Problem& problem, std::span<const double> w0) override;
  void epoch() override;
  std::span<const double> weights() override { return weights_; }
  double epochs() const override { return share(stepped_); }
  std::uint64_t updates() const override { return updates_; }
  double passes() const override { return 2 + share(stepped_ + searched_); }  // scores and columns first
  double step() const override { return std::numeric_limits<double>::quiet_NaN(); }
  bool stalled() const override { return stalled_; }
  void state(Archive& archive) override;

 protected:
  using Places = std::span<const std::uint32_t>;  // in the list of the coordinates that are visited
  /// Once rows and columns are there.
  virtual void prepare() = 0;
  /// A step on these coordinates, but for those that keeps() leaves out; to be asked of each.
  virtual void visit(Places places) = 0;

  const SolverOptions& options() const { return options_; }
  const Problem& problem() const { return *problem_; }
  Penalty penalty(std::uint32_t j) const {
    return j < problem_->penalized() ? problem_->penalty() : Penalty{};
  }

  const Columns& columns() const { return columns_; }
  const std::vector<std::uint32_t>& coordinates() const { return coordinates_; }

  /// False if the coordinate of this place, with g_j, is to be left out; else notes its violation of
  /// optimality.
  bool keeps(std::uint32_t place, double g);

  // A step d on some coordinates.
  struct Step {
    std::span<const std::uint32_t> coordinates;
    std::span<const double> d;
    double decrease;        // D
    double highest;         // F(w + d) - F(w) is at most this
    std::uint64_t entries;  // of the data that a trial reads
  };
  /// Takes as much of the step as the line search allows; dz(k) is what d does to the score of the k-th row.
  template <class Change>
  void take(const Step& step, RowScores::Numbers rows, const Change& dz);
  /// To be told of the entries of the data that were read to find a step and take it.
  void read(std::uint64_t entries) {
    stepped_ += entries;
    read_ += entries;
  }

  RowScores rows_;
  std::vector<double> weights_;

 private:
  template <class Change>
  double length(const Step& step, RowScores::Numbers rows, const Change& dz);
  double penalty_change(const Step& step, double lambda) const;
  double penalty_slope(const Step& step, double lambda) const;
  void end_pass(bool full);
  double share(std::uint64_t entries) const {
    return static_cast<double>(entries) /
           static_cast<double>(std::max<std::uint64_t>(1, columns_.nonzeros()));
  }

  static constexpr double sufficient = 0.01;
  static constexpr double shorter = 0.5;
  static constexpr int most_halvings = 60;

  const std::string name_;
  const SolverOptions options_;
  const std::size_t together_;
  const Problem* problem_ = nullptr;
  Columns columns_;                         // with an intercept's ones
  std::vector<std::uint32_t> coordinates_;  // all that are visited
  Subspace subspace_;
  Random random_;
  bool reshuffle_ = true;
  std::vector<std::uint32_t> all_, active_;   // places, and those not left out
  std::vector<std::uint32_t> kept_;           // of the pass that goes on
  double last_largest_ = 0;                   // largest violation of the last pass
  double largest_ = 0, sum_ = 0;              // violations of this one
  double full_sum_ = 0;                       // and of the last one over all coordinates
  double gain_ = 0, total_gain_ = 0;          // what the steps of this pass, and all, promised
  std::uint64_t read_ = 0;                    // entries since the last subspace step
  std::uint64_t stepped_ = 0, searched_ = 0;  // entries read to find and take steps, for line searches
  std::uint64_t updates_ = 0;
  bool left_out_ = false;  // some coordinate is
  bool stalled_ = false;
};

template <class Change>
void PrimalCoordinate::take(const Step& step, RowScores::Numbers rows, const Change& dz) {
  if (!(step.decrease < 0)) return;
  ++updates_;
  gain_ -= step.decrease;
  // Surely enough, were the curvature the highest possible: most steps need no search.
  const double lambda = step.highest <= sufficient * step.decrease ? 1 : length(step, rows, dz);
  if (lambda == 0) return;
  rows_.move(rows, dz, lambda);
  for (std::size_t k = 0; k < step.d.size(); ++k) weights_[step.coordinates[k]] += lambda * step.d[k];
}

// 0 if no length will do.
template <class Change>
double PrimalCoordinate::length(const Step& step, RowScores::Numbers rows, const Change& dz) {
  const double total = problem_->total_weight();
  double lambda = 1, before = 0;
  for (int halving = 0; halving < most_halvings; ++halving, lambda *= shorter) {
    searched_ += step.entries;
    const RowScores::Line there = rows_.along(rows, dz, lambda, halving == 0);
    if (halving == 0) before = there.before / total;
    const double change = there.loss / total - before + penalty_change(step, lambda);
    if (change <= sufficient * lambda * step.decrease) return lambda;
    if (-step.decrease > 1e-12 * before) continue;
    const double slope = there.slope / total + penalty_slope(step, lambda);
    if (slope <= (1 - 2 * sufficient) * -step.decrease) return lambda;
  }
  return 0;
}

}  // namespace sparselearn::solver
