// Stochastic gradient descent (Robbins & Monro 1951; Bottou 2010), proximal for l1:
//   w <- S((1 - a_t l2) w - a_t g, a_t l1)
// Sparse rows, exactly the dense iterates: a coordinate is kept as a number s with w = P_t S(s, Q_t), which
// stays as it is while the coordinate is idle (shrinkage.hpp). Averages of the iterates, sum_t omega_t w_t /
// sum_t omega_t, come without l1 from A_t = sum omega P, summed by parts (Xu 2011): s A_t less every change
// of s times the A before it. With l1, and B_t = sum omega P Q, a coordinate that kept its s from update b to
// e, and is not zeroed before e, adds sign(s) (|s| (A_e - A_b) - (B_e - B_b)).
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <type_traits>

#include "engine/pairs.hpp"
#include "solver/by_penalty.hpp"
#include "solver/hogwild/factories.hpp"
#include "solver/shrinkage.hpp"
#include "solver/stochastic/averaging.hpp"
#include "solver/stochastic/falling_step.hpp"
#include "solver/stochastic/stochastic.hpp"
#include "sparselearn/engine/objective.hpp"

namespace sparselearn {
namespace {

/// One coordinate without l1: s, and the sum of omega_t w_t less s A_t.
struct SmoothSlots {
  struct Slot {
    Pair both = {};
    double s() const { return both[0]; }
    double sum() const { return both[1]; }
  };
};

/// One with l1.
struct ThresholdSlots {
  static constexpr bool counts_from_renewal = true;
  struct Slot {
    double value = 0;         // s
    double total = 0;         // of omega_t w_t, up to but without update `since`
    std::uint64_t since = 0;  // the update that made s, counted from the last renewal
    double s() const { return value; }
    double sum() const { return total; }
  };
};

/// With ThresholdSlots an intercept, which has no penalty, is kept in such a slot as without l1.
template <class Slots>
class Sgd : public Slots {
 public:
  using Slot = typename Slots::Slot;
  static constexpr bool smooth = std::is_same_v<Slots, SmoothSlots>;

  Sgd() = default;
  Sgd(const Problem& problem, const SolverOptions& options, Penalty penalty)
      : penalty_(penalty), averaging_(problem, options) {}

  /// 1/L for the mean row with curvature 1.
  static double first_step(double mean_squared_norm) {
    return mean_squared_norm > 0 ? 1 / mean_squared_norm : 1;
  }

  static constexpr double of_searched_step = 1;  // the schedule brings it down
  /// Half of 1/l2, where 1 - a l2 is zero and idle weights have no closed form.
  static double largest_step(const Penalty& penalty) {
    return penalty.l2 > 0 ? 0.5 / penalty.l2 : std::numeric_limits<double>::infinity();
  }

  static std::unique_ptr<Schedule> schedule(const ScheduleOptions& options, const std::string& averaging) {
    return falling_step(options, averaging);
  }

  void set(Slot& slot, double w, double) const { slot = made(w, 0); }
  double weight(const Slot& slot) const {
    return smooth ? shrinkage_.power() * slot.s() : shrinkage_.weight(slot.s());
  }
  /// w = P_t s without l1: a score takes the factor once.
  double common_factor() const requires smooth { return shrinkage_.power(); }
  double without_factor(const Slot& slot) const { return slot.s(); }

  void next(double step) {
    if (!(step * penalty_.l2 < 1))
      throw UsageError(
          "sgd takes steps below 1/l2 only: from there on the penalty alone turns every weight's sign; "
          "take a smaller --step");
    before_ = shrinkage_.threshold();
    shrinkage_.scale_then_threshold(1 - step * penalty_.l2, step * penalty_.l1);
    scaled_step_ = step / shrinkage_.power();
    const double omega = averaging_.next(step);
    if (averaging_.on()) add_to_average(omega);
    change_ = Pair{-scaled_step_, scaled_step_ * sum_before_};
  }

  void update(Slot& slot, double g) const {
    if constexpr (smooth) {
      slot.both += g * change_;
    } else if (penalty_.l1 > 0) {
      update_with_l1(slot, g);
    } else {
      slot.value += g * change_[0];
      slot.total += g * change_[1];
    }
  }

  /// Right after renew(), as the driver calls it.
  double solution(const Slot& slot) const {
    return averaging_.total() > 0 ? slot.sum() / averaging_.total() : weight(slot);
  }

  bool worn() const {
    return shrinkage_.worn() || averaging_.worn() || history_.size() > most_updates ||
           (averaging_.on() && shrinkage_.power() < cancelling);
  }
  void renew(Slot& slot) const {
    double sum = slot.sum();
    if (smooth || penalty_.l1 == 0)
      sum += slot.s() * sum_;
    else if (averaging_.on())
      sum += settled(slot, history_.size() - 1);
    slot = made(weight(slot), sum / averaging_.scale());
  }
  void renewed() {
    shrinkage_ = {};
    before_ = sum_ = sum_before_ = 0;
    history_.assign(1, {});
    stretches_.assign(1, 0);
    largest_ = 0;
    averaging_.renewed();
  }

  void state(Archive& archive) { averaging_.state(archive); }

 private:
  static std::uint64_t since(const Slot& slot) {
    if constexpr (smooth)
      return 0;
    else
      return slot.since;
  }
  static Slot made(double s, double sum) {
    if constexpr (smooth)
      return {Pair{s, sum}};
    else
      return {s, sum, 0};
  }

  // After update k since the last renewal: Q_k and the sums A_k, B_k over the updates of k's stretch up to k.
  // Stretches keep late terms from drowning in the rounding of much larger early ones, as P falls.
  static constexpr double negligible = 1e-3;
  struct Moment {
    double threshold = 0, weight = 0, shift = 0;
  };

  // A call of its own, so that update() without l1 is none.
  [[gnu::noinline]] void update_with_l1(Slot& slot, double g) const requires(!smooth) {
    if (averaging_.on()) slot.total += settled(slot, history_.size() - 2);
    slot.since = history_.size() - 1;
    const double v = soft_threshold(slot.value, before_) - scaled_step_ * g;
    slot.value = Shrinkage::kept(v, before_);
  }

  static constexpr double cancelling = 1e-3;  // P from which on s A and what is taken off it lose digits
  static constexpr std::size_t most_updates = std::size_t{1} << 20;  // of the history, which is memory

  void add_to_average(double omega) {
    if (penalty_.l1 > 0) return extend_history(omega);
    sum_before_ = sum_;
    sum_ += omega * shrinkage_.power();
  }

  void extend_history(double omega) {
    Moment now = history_.back();
    const double term = omega * shrinkage_.power();
    if (term < negligible * largest_) {
      stretches_.push_back(history_.size() - 1);
      now = {};
      largest_ = 0;
    }
    largest_ = std::max(largest_, term);
    now.threshold = shrinkage_.threshold();
    now.weight += term;
    now.shift += term * now.threshold;
    history_.push_back(now);
  }

  // The iterates of the updates since .. end, to be added to the slot's sum.
  double settled(const Slot& slot, std::size_t end) const {
    if (slot.s() == 0) return 0;
    const std::size_t begin = since(slot) > 0 ? since(slot) - 1 : 0;
    const double size = std::abs(slot.s());
    if (history_[end].threshold >= size) {  // zeroed on the way: up to the last update before
      const auto first = history_.begin() + static_cast<std::ptrdiff_t>(begin) + 1;
      const auto last = history_.begin() + static_cast<std::ptrdiff_t>(end) + 1;
      end =
          begin +
          static_cast<std::size_t>(
              std::partition_point(first, last, [&](const Moment& m) { return m.threshold < size; }) - first);
    }
    return std::copysign(sum_between(begin, end, size), slot.s());
  }

  // size (A_end - A_begin) - (B_end - B_begin), stretch by stretch.
  double sum_between(std::size_t begin, std::size_t end, double size) const {
    auto stretch = std::upper_bound(stretches_.begin(), stretches_.end(), begin);
    double sum = 0;
    for (; begin < end; ++stretch) {
      const std::size_t stop = stretch == stretches_.end() ? end : std::min(end, *stretch);
      const Moment from = begin == stretch[-1] ? Moment{} : history_[begin];
      sum += size * (history_[stop].weight - from.weight) - (history_[stop].shift - from.shift);
      begin = stop;
    }
    return sum;
  }

  Penalty penalty_;
  Averaging averaging_;
  double scaled_step_ = 0;           // a_t / P_t
  Pair change_ = {};                 // of s and sum without l1, by a gradient of 1
  Shrinkage shrinkage_;              // P_t, Q_t
  double before_ = 0;                // Q_{t-1}
  double sum_ = 0, sum_before_ = 0;  // without l1: A_t, A_{t-1}
  std::vector<Moment> history_ = {{}};
  std::vector<std::size_t> stretches_ = {0};  // the update before the first of every stretch
  double largest_ = 0;                        // term omega P of the stretch
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_sgd(const SolverOptions& options) {
  if (options.mode == "hogwild") return make_hogwild_sgd(options);
  return std::make_unique<ByPenalty<Stochastic<Sgd<SmoothSlots>>, Stochastic<Sgd<ThresholdSlots>>>>(options);
}
}  // namespace solver
}  // namespace sparselearn
