// Truncated gradient (Langford, Li & Zhang 2009, section 3.3), with l2 in the gradient:
//   v = (1 - a_t l2) w - a_t g;  w <- T1(v, k a_t l1, theta) in every k-th update, w <- v in the others
//   T1(v, q, theta) = S(v, q) where |v| <= theta, v elsewhere
// With theta infinite, the default, this solves F; a finite theta spares large weights the l1 penalty.
// Sparse rows, exactly the dense iterates: decay and truncations of an idle coordinate add up in closed form
// (shrinkage.hpp), from the first truncation that finds it within theta; as it only shrinks, all later ones
// do. The last iterate is reported, without the nonzeros that are noise (identification.hpp).
#include <algorithm>
#include <cmath>
#include <limits>

#include "solver/online/identification.hpp"
#include "solver/online/last_iterate.hpp"
#include "solver/shrinkage.hpp"
#include "solver/stochastic/stochastic.hpp"

namespace sparselearn {
namespace {

class TruncatedGradient : public LastIterate {
 public:
  static constexpr bool counts_from_renewal = true;
  struct Slot {
    double s = 0;
    std::uint64_t since = 0;  // truncations before the update that made s, counted from the last renewal
    Signs signs;
  };

  TruncatedGradient() = default;
  TruncatedGradient(const Problem&, const SolverOptions& options, Penalty penalty)
      : penalty_(penalty),
        every_(options.truncate_every),
        theta_(options.theta > 0 ? options.theta : std::numeric_limits<double>::infinity()),
        identification_(penalty) {
    if (every_ == 0) throw UsageError("--truncate-every must be positive");
  }

  static double largest_step(const Problem& problem) { return largest_step_below_decay(problem); }

  void set(Slot& slot, double w, double) const { slot = {w, 0, {}}; }
  double weight(const Slot& slot) const { return weight(slot, now_, truncations()); }

  void next(double step) {
    if (!(step * penalty_.l2 < 1))
      throw UsageError(
          "tg takes steps below 1/l2 only: from there on the penalty alone turns every weight's sign; take a "
          "smaller --step, or fobos");
    step_ = step;
    before_ = now_;
    truncations_before_ = truncations();
    const bool truncates = ++updates_ % every_ == 0;
    const double factor = 1 - step * penalty_.l2;
    now_.scale_then_threshold(factor, truncates ? static_cast<double>(every_) * step * penalty_.l1 : 0);
    if (truncates && std::isfinite(theta_)) moments_.push_back({now_.power(), before_.threshold()});
  }
  void update(Slot& slot, double g) const {
    const double w = weight(slot, before_, truncations_before_);
    identification_.visit(slot.signs, w, g);
    const double v = w / before_.power() - step_ / now_.power() * g;
    slot.s = Shrinkage::kept(v, before_.threshold());
    slot.since = truncations_before_;
  }

  double solution(const Slot& slot) const { return identification_.reported(slot.signs, weight(slot)); }
  bool worn() const { return now_.worn(); }
  void renew(Slot& slot) const {
    slot.s = weight(slot);
    slot.since = 0;
  }
  void renewed() {
    now_ = before_ = Shrinkage();
    moments_.clear();
    truncations_before_ = 0;
  }
  void epoch_ended(Slot& slot) const { identification_.epoch_ended(slot.signs); }
  void epoch_ended() { identification_.epoch_ended(); }
  void state(Archive& archive) {
    archive(updates_);
    identification_.state(archive);
  }

 private:
  // A truncation, kept while theta is finite: P when it looks at the weights, Q before it.
  struct Moment {
    double power, threshold;
  };
  std::uint64_t truncations() const { return moments_.size(); }

  // The weight after the first `end` truncations.
  double weight(const Slot& slot, const Shrinkage& then, std::uint64_t end) const {
    if (slot.since == end) return then.weight(slot.s);
    return then.power() * soft_threshold(slot.s, then.threshold() - spared(slot, then, end));
  }

  // Thresholds of the truncations that found the weight above theta.
  double spared(const Slot& slot, const Shrinkage& then, std::uint64_t end) const {
    const auto first = moments_.begin() + static_cast<std::ptrdiff_t>(slot.since);
    const auto last = moments_.begin() + static_cast<std::ptrdiff_t>(end);
    const double size = std::abs(slot.s) - first->threshold;
    const auto within =
        std::partition_point(first, last, [&](const Moment& m) { return m.power * size > theta_; });
    return (within == last ? then.threshold() : within->threshold) - first->threshold;
  }

  Penalty penalty_;
  std::uint64_t every_ = 1;  // k
  double theta_ = std::numeric_limits<double>::infinity();
  Identification identification_;
  double step_ = 0;         // a_t
  Shrinkage now_, before_;  // after and before the update under way
  std::uint64_t truncations_before_ = 0, updates_ = 0;
  std::vector<Moment> moments_;  // since the last renewal
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_tg(const SolverOptions& options) {
  return std::make_unique<Stochastic<TruncatedGradient>>(options);
}
}  // namespace solver
}  // namespace sparselearn
