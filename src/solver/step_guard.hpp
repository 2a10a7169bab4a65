// Automatic steps that theory does not cover.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "sparselearn/base/archive.hpp"

namespace sparselearn {

/// SAGA's as a multiple of 1/L, in order and lock-free: twice that of its theorem. Beyond the edge, which
/// data has at 1/L or later, a StepGuard takes it back.
inline constexpr double saga_step = 2.0 / 3;

/// Half of a step, but never 0, which is no step.
inline double halved(double step) { return std::max(step / 2, std::numeric_limits<double>::min()); }

/// Watches a step: where F is no better than before for the second time, or above the start, or not a number,
/// the solver is to go back to the best point seen and halve its step.
class StepGuard {
 public:
  void reset() { *this = StepGuard(); }

  /// F at w. False: go back to best() and halve the step.
  bool accepts(double objective, std::span<const double> w) {
    // Near the optimum F moves by rounding alone.
    const double slack = 1e-12 * std::abs(best_objective_);
    if (best_.empty() || objective <= best_objective_ + slack) {
      if (best_.empty()) first_objective_ = objective;
      best_.assign(w.begin(), w.end());
      best_objective_ = objective;
      rises_ = 0;
      return true;
    }
    if (++rises_ < patience && objective <= first_objective_) return true;
    rises_ = 0;
    return false;
  }

  /// The next step of a solver that starts carefully and tries longer ones: a fifth longer after every good
  /// point, halved after a bad one and from then on kept well below what failed.
  double next_step(double step, bool good, double longest) {
    constexpr double growth = 1.2, margin = 0.75;
    if (good) return std::min({growth * step, longest, ceiling_});
    ceiling_ = margin * step;
    return halved(step);
  }

  std::span<const double> best() const { return best_; }
  /// Whether the point just accepted is the best, and not a rise forgiven.
  bool at_best() const { return rises_ == 0; }

  void state(Archive& archive) { archive(best_)(best_objective_)(first_objective_)(rises_)(ceiling_); }

 private:
  static constexpr int patience = 2;  // stochastic iterates are not monotone: one rise is forgiven
  std::vector<double> best_;
  double best_objective_ = 0, first_objective_ = 0;
  int rises_ = 0;                                             // since the best
  double ceiling_ = std::numeric_limits<double>::infinity();  // of the step
};

}  // namespace sparselearn
