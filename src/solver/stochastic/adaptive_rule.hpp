// The rule around formulas that move a coordinate by running means of its own gradients: rmsprop, adadelta,
// adam, amsgrad, nadam. The penalty sits in the gradient, g + l2 w, and so inside the means; an idle
// coordinate would go on moving by its means and by l2 w, and has no closed form for that. Two forms:
//
// --update dense: every coordinate moves at every update. Exactly the textbook's iterates, at d steps an
// update.
//
// --update lazy: idle coordinates rest, weight and means, as if time stood still for them: t in the formulas
// counts the updates that touched the coordinate. When touched, it takes the penalty's gradient for the time
// it rested, in expectation: with q_j the chance that a row has feature j, row i of the mini-batch adds
// l2 w_j / q_j to its own features, so that the expected gradient of every coordinate stays that of F, and
// its zeros are the minima of F (the reweighting of Leblond, Pedregosa & Lacoste-Julien 2017, sec. 2). A
// feature that no row has is put to its minimum, 0. Where every row has every feature, lazy is dense.
//
// --update auto: dense where a mini-batch touches a quarter of all features on average, else lazy.
//
// These formulas move by about a_t whatever the size of the gradient, so the noise of their iterates is
// a_t's. Left to themselves they let a_t fall in a line to 0 at the end of --epochs and report the last
// iterate, which then needs no average (Zamani & Glineur 2023; Defazio et al. 2023).
//
// The means must be long: g over the root of a mean that g itself is a good part of is much like the sign of
// g, whose expectation is 0 at the median and not at the minimum. The same happens with dense updates of
// features that few mini-batches touch.
#pragma once
#include <limits>
#include <memory>

#include "solver/stochastic/averaging.hpp"
#include "solver/stochastic/stochastic.hpp"

namespace sparselearn {

/// `Formula` has a name, a struct Means (of one coordinate), a constructor from SolverOptions, and
///   double change(Means&, double step, double g) const   what an update adds to w
///   first_step, of_searched_step                         as of a rule
///   double ahead(const Means&) const                     if the gradient is taken at w + ahead
template <class Formula>
class AdaptiveRule {
 public:
  static constexpr std::string_view name = Formula::name;
  static constexpr bool rests_when_idle = true;  // the driver adds the penalty to g and sees to --update
  struct Slot {
    typename Formula::Means means;
    double w = 0;
    double sum = 0;    // of omega_t w_t, up to `since`
    double since = 0;  // sum of omega_t when w was made
  };

  AdaptiveRule() = default;
  AdaptiveRule(const Problem& problem, const SolverOptions& options, Penalty)
      : formula_(options), averaging_(problem, options, "none") {
    if (!(options.epsilon > 0)) throw UsageError("--epsilon must be positive");
  }

  static double first_step(double mean_squared_norm) { return Formula::first_step(mean_squared_norm); }
  static constexpr double of_searched_step = Formula::of_searched_step;
  static std::unique_ptr<Schedule> schedule(const ScheduleOptions& options, const std::string&) {
    return schedule::make("linear", options);
  }

  void set(Slot& slot, double w, double) const {
    slot = Slot{};
    slot.w = w;
  }
  double weight(const Slot& slot) const {
    if constexpr (requires { formula_.ahead(slot.means); }) return slot.w + formula_.ahead(slot.means);
    return slot.w;
  }

  void next(double step) {
    step_ = step;
    before_ = averaging_.total();
    averaging_.next(step);
  }
  void update(Slot& slot, double g) const {
    slot.sum += slot.w * (before_ - slot.since);
    slot.since = before_;
    slot.w += formula_.change(slot.means, step_, g);
  }

  /// Right after renew(), as the driver calls it.
  double solution(const Slot& slot) const {
    return averaging_.total() > 0 ? slot.sum / averaging_.total() : slot.w;
  }
  bool worn() const { return averaging_.worn(); }
  void renew(Slot& slot) const {
    slot.sum = (slot.sum + slot.w * (averaging_.total() - slot.since)) / averaging_.scale();
    slot.since = averaging_.total() / averaging_.scale();
  }
  void renewed() { averaging_.renewed(); }
  void state(Archive& archive) { averaging_.state(archive); }

 private:
  Formula formula_{SolverOptions{}};
  Averaging averaging_;
  double step_ = 0;
  double before_ = 0;  // sum of omega_t before the update under way
};

/// A step of this size on every coordinate changes the scores of rows of this mean squared norm a little.
inline double small_change(double mean_squared_norm) {
  return mean_squared_norm > 0 ? 0.01 / std::sqrt(mean_squared_norm) : 0.01;
}

}  // namespace sparselearn
