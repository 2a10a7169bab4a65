// Coefficient rounding (Langford, Li & Zhang 2009, section 3.1) of the proximal gradient's iterates, with l2
// in the gradient:
//   v = S((1 - a_t l2) w - a_t g, a_t l1)
//   w <- T0(v, theta) in every k-th update, w <- v in the others;  T0(v, theta) = 0 where |v| <= theta, else
//   v
// The intercept is not rounded. theta, unless given, is a thousandth of the largest weight at the last
// renewal, which every epoch ends with: too little to keep a weight from leaving zero.
// Sparse rows, exactly the dense iterates: the weight of an idle coordinate follows in closed form
// (shrinkage.hpp) and only shrinks, so the last rounding alone tells whether one of them zeroed it.
#include <algorithm>
#include <cmath>
#include <limits>

#include "solver/online/last_iterate.hpp"
#include "solver/shrinkage.hpp"
#include "solver/stochastic/stochastic.hpp"

namespace sparselearn {
namespace {

class Rounding : public LastIterate {
 public:
  struct Slot {
    double s = 0;
    std::uint64_t since = 0;  // roundings before the update that made s
  };

  Rounding() = default;
  Rounding(const Problem&, const SolverOptions& options, Penalty penalty)
      : penalty_(penalty), every_(options.truncate_every), given_theta_(options.theta) {
    if (every_ == 0) throw UsageError("--truncate-every must be positive");
  }
  /// This copy moves the intercept.
  void exempt() { every_ = std::numeric_limits<std::uint64_t>::max(); }

  static double largest_step(const Problem& problem) { return largest_step_below_decay(problem); }

  void set(Slot& slot, double w, double) {
    slot = {w, 0};
    theta_ = given_theta_ > 0 ? given_theta_ : std::max(theta_, share * std::abs(w));
  }
  double weight(const Slot& slot) const { return weight(slot, now_, last_); }

  void next(double step) {
    if (!(step * penalty_.l2 < 1))
      throw UsageError(
          "rounding takes steps below 1/l2 only: from there on the penalty alone turns every weight's sign; "
          "take a smaller --step, or fobos");
    step_ = step;
    before_ = now_;
    last_before_ = last_;
    now_.scale_then_threshold(1 - step * penalty_.l2, step * penalty_.l1);
    if (++updates_ % every_ == 0) last_ = {last_.number + 1, now_};
  }
  void update(Slot& slot, double g) const {
    const double w = weight(slot, before_, last_before_);
    const double v = w / before_.power() - step_ / now_.power() * g;
    slot = {Shrinkage::kept(v, before_.threshold()), last_before_.number};
  }

  double solution(const Slot& slot) const { return weight(slot); }
  bool worn() const { return now_.worn(); }
  void renew(Slot& slot) {
    slot = {weight(slot), last_.number};
    largest_ = std::max(largest_, std::abs(slot.s));
  }
  void renewed() {
    now_ = before_ = Shrinkage();
    if (!(given_theta_ > 0)) theta_ = share * largest_;
    largest_ = 0;
  }
  void state(Archive& archive) { archive(updates_)(theta_)(last_.number); }

 private:
  /// A rounding: how many there have been, and the shrinkage it saw.
  struct Moment {
    std::uint64_t number = 0;
    Shrinkage then;
  };

  double weight(const Slot& slot, const Shrinkage& now, const Moment& last) const {
    if (last.number > slot.since && std::abs(last.then.weight(slot.s)) <= theta_) return 0;
    return now.weight(slot.s);
  }
  static constexpr double share = 1e-3;
  Penalty penalty_;
  std::uint64_t every_ = 1;  // k
  double given_theta_ = 0;
  double theta_ = 0, largest_ = 0;
  double step_ = 0;         // a_t
  Shrinkage now_, before_;  // after and before the update under way
  Moment last_, last_before_;
  std::uint64_t updates_ = 0;
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_rounding(const SolverOptions& options) {
  return std::make_unique<Stochastic<Rounding>>(options);
}
}  // namespace solver
}  // namespace sparselearn
