// AdaGrad, composite mirror descent form (Duchi, Hazan & Singer 2011, fig. 1 and eq. 19 with the elastic
// net):
//   G <- G + g^2;  H = sqrt(G) + eps
//   w <- S(w - a g / H, a l1 / H) / (1 + a l2 / H)
// g is the gradient of the data loss alone; both penalties sit in the proximal step, in the metric H / a of
// the coordinate. eps is --epsilon. The rates fall by themselves, so a is constant.
// Sparse rows, exactly the dense iterates: while a coordinate is idle its G stands still, and it makes equal
// proximal steps, whose runs and sums are put together by doubling (idle_prox.hpp). A weight whose feature
// has had no gradient yet has H = eps, and with a penalty goes to 0 within a few updates.
#include <cmath>

#include "solver/stochastic/averaging.hpp"
#include "solver/stochastic/idle_prox.hpp"
#include "solver/stochastic/stochastic.hpp"

namespace sparselearn {
namespace {

class Adagrad {
 public:
  static constexpr std::string_view name = "adagrad";
  struct Slot {
    double w = 0;
    double squares = 0;       // G
    double sum = 0;           // of omega_t w_t
    std::uint64_t since = 0;  // all this is after so many updates
  };

  Adagrad() = default;
  Adagrad(const Problem& problem, const SolverOptions& options, Penalty penalty)
      : penalty_(penalty), epsilon_(options.epsilon), averaging_(problem, options) {
    if (!(epsilon_ > 0)) throw UsageError("--epsilon must be positive");
    if (options.schedule != "auto" && options.schedule != "constant")
      throw UsageError("adagrad takes a constant step; its rates fall by themselves");
    if (options.averaging == "exponential")
      throw UsageError("adagrad takes --averaging auto, none, uniform, linear or weighted");
  }

  /// Rates are a / sqrt(sum g^2): of the order of the weights, whatever the scale of the rows.
  static double first_step(double mean_squared_norm) {
    return mean_squared_norm > 0 ? 1 / std::sqrt(mean_squared_norm) : 1;
  }
  /// Measured on the sets of bench/convergence: reuters at 0.01/N wants longer rates than the search finds.
  static constexpr double of_searched_step = 1.5;
  static std::unique_ptr<Schedule> schedule(const ScheduleOptions& options, const std::string&) {
    return schedule::make("constant", options);
  }

  void set(Slot& slot, double w, double step) {
    step_ = step;
    slot = {w, 0, 0, updates_};
  }
  double weight(Slot& slot) const {
    catch_up(slot);
    return slot.w;
  }

  void next(double step) {
    step_ = step;
    ++updates_;
    omega_ = averaging_.next(step);
  }
  /// The driver has asked for the weight before the update began: the slot is caught up.
  void update(Slot& slot, double g) const {
    slot.squares += g * g;
    const double rate = step_ / (std::sqrt(slot.squares) + epsilon_);
    slot.w = soft_threshold(slot.w - rate * g, rate * penalty_.l1) / (1 + rate * penalty_.l2);
    slot.sum += omega_ * slot.w;
    slot.since = updates_;
  }

  double solution(const Slot& slot) const {
    return averaging_.total() > 0 ? slot.sum / averaging_.total() : slot.w;
  }
  bool worn() const { return false; }
  void renew(Slot& slot) const { catch_up(slot); }
  void renewed() {}
  void state(Archive& archive) {
    averaging_.state(archive);
    archive(updates_);
  }

 private:
  // Idle up to now; the average may begin on the way.
  void catch_up(Slot& slot) const {
    if (slot.since < averaging_.first()) idle(slot, std::min(updates_, averaging_.first()), {0, 0});
    idle(slot, updates_, averaging_.line(step_));
  }

  // Updates since .. end without gradient, which count omega_t = line.constant + line.slope t in the average.
  void idle(Slot& slot, std::uint64_t end, Averaging::Line line) const {
    if (slot.w != 0 && slot.since < end) {
      const double rate = step_ / (std::sqrt(slot.squares) + epsilon_), size = std::abs(slot.w);
      const double first = line.constant + line.slope * static_cast<double>(slot.since);
      if (penalty_.l1 == 0)
        return shrink(slot, shrinking_run(rate * penalty_.l2, end - slot.since), first, line.slope, end);
      const ProxRun run = prox_run(size, rate * penalty_.l1, rate * penalty_.l2, end - slot.since);
      slot.sum += std::copysign(first * run.sum(size) + line.slope * run.moment(size), slot.w);
      slot.w = std::copysign(run.steps == end - slot.since ? run.end(size) : 0.0, slot.w);
    }
    slot.since = end;
  }

  static void shrink(Slot& slot, const ShrinkingRun& run, double first, double slope, std::uint64_t end) {
    slot.sum += (first * run.sum + slope * run.moment) * slot.w;
    slot.w *= run.end;
    slot.since = end;
  }

  Penalty penalty_;
  double epsilon_ = 1e-8;
  Averaging averaging_;
  double step_ = 0, omega_ = 0;  // of the update under way
  std::uint64_t updates_ = 0;
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_adagrad(const SolverOptions& options) {
  return std::make_unique<Stochastic<Adagrad>>(options);
}
}  // namespace solver
}  // namespace sparselearn
