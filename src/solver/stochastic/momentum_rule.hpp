// The rule that momentum and nag share; they differ in the point where the gradient is taken.
//   v <- mu v - a_t (g + l2 p);  w <- w + v      g, p at the point: w, or w + mu v
// mu is --momentum (0.9). Sparse rows, exactly the dense iterates for any schedule: while a coordinate is
// idle its (w, v) goes through linear maps, whose products over any run are at hand (idle_maps.hpp); its
// share in the average of the iterates goes along as a third component.
#pragma once
#include <cmath>
#include <limits>
#include <memory>

#include "solver/stochastic/averaging.hpp"
#include "solver/stochastic/falling_step.hpp"
#include "solver/stochastic/idle_maps.hpp"
#include "solver/stochastic/stochastic.hpp"

namespace sparselearn {

/// `Kind` has a name and double point(w, v, mu).
template <class Kind>
class MomentumRule {
 public:
  static constexpr std::string_view name = Kind::name;
  static constexpr bool counts_from_renewal = true;
  struct Slot {
    MovingWeight at;
    std::uint64_t since = 0;  // `at` is after this many updates since the last renewal
  };

  MomentumRule() = default;
  MomentumRule(const Problem& problem, const SolverOptions& options, Penalty penalty)
      : l2_(penalty.l2), mu_(options.momentum.value_or(0.9)), averaging_(problem, options) {
    if (!(mu_ >= 0 && mu_ < 1)) throw UsageError("--momentum must lie in [0, 1)");
  }

  /// 1/L for the mean row with curvature 1, shared out among the 1 / (1 - mu) updates that a gradient acts
  /// in.
  static double first_step(double mean_squared_norm) {
    return mean_squared_norm > 0 ? 0.1 / mean_squared_norm : 0.1;
  }
  static constexpr double of_searched_step = 1;  // the schedule brings it down
  /// Well below 2 (1 + mu) / l2, where the penalty alone makes idle weights grow.
  static double largest_step(const Penalty& penalty) {
    return penalty.l2 > 0 ? 0.5 / penalty.l2 : std::numeric_limits<double>::infinity();
  }
  static std::unique_ptr<Schedule> schedule(const ScheduleOptions& options, const std::string& averaging) {
    return falling_step(options, averaging);
  }

  void set(Slot& slot, double w, double) const { slot = {{w, 0, 0}, 0}; }
  double weight(Slot& slot) const {
    catch_up(slot);
    return Kind::point(slot.at.w, slot.at.v, mu_);
  }

  void next(double step) {
    step_ = step;
    omega_ = averaging_.next(step);
    idle_.push({moved({1, 0, 0}, 0), moved({0, 1, 0}, 0)});
  }
  /// The driver has asked for the weight before the update began: the slot is caught up.
  void update(Slot& slot, double g) const { slot = {moved(slot.at, g), idle_.size()}; }

  /// Right after renew(), as the driver calls it.
  double solution(const Slot& slot) const {
    return averaging_.total() > 0 ? slot.at.sum / averaging_.total() : slot.at.w;
  }
  bool worn() const { return idle_.size() >= longest_history || averaging_.worn(); }
  void renew(Slot& slot) const {
    catch_up(slot);
    slot.at.sum /= averaging_.scale();
    slot.since = 0;
  }
  void renewed() {
    idle_.clear();
    averaging_.renewed();
  }
  void state(Archive& archive) { averaging_.state(archive); }

 private:
  static constexpr std::uint64_t longest_history = 1 << 18;  // 25 MB

  MovingWeight moved(const MovingWeight& at, double g) const {
    const double v = mu_ * at.v - step_ * (g + l2_ * Kind::point(at.w, at.v, mu_));
    const double w = at.w + v;
    return {w, v, at.sum + omega_ * w};
  }
  void catch_up(Slot& slot) const { slot = {idle_.advance(slot.at, slot.since, idle_.size()), idle_.size()}; }

  double l2_ = 0, mu_ = 0.9;
  double step_ = 0, omega_ = 0;  // of the update under way
  Averaging averaging_;
  IdleMaps idle_;
};

}  // namespace sparselearn
