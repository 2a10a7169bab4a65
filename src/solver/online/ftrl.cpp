// FTRL-Proximal (McMahan et al. 2013, algorithm 1), solving F: with t the rows seen, for every coordinate
// that a row touches
//   n' = n + g^2;  sigma = (sqrt(n') - sqrt(n)) / a;  z <- z + g - sigma w
//   w = -S(z, t l1) / ((beta + sqrt(n)) / a + t l2)
// The row's loss is penalised by l1 and l2 once a row, hence t; `--ftrl-penalty total` gives McMahan's form,
// with l1 and l2 in place of t l1 and t l2. Sparse rows, exactly the dense iterates: an idle coordinate has g
// = 0, and w follows from z, n and t.
#include <cmath>

#include "solver/hogwild/factories.hpp"
#include "solver/stochastic/stochastic.hpp"

namespace sparselearn {
namespace {

class Ftrl {
 public:
  struct Slot {
    double z = 0;
    double root = 0;  // sqrt(n)
  };

  Ftrl() = default;
  Ftrl(const Problem&, const SolverOptions& options, Penalty penalty)
      : penalty_(penalty),
        beta_(options.beta),
        average_(options.ftrl_penalty == "average"),
        times_(average_ ? 0 : 1) {
    if (!average_ && options.ftrl_penalty != "total")
      throw UsageError("--ftrl-penalty takes average or total, not '" + options.ftrl_penalty + "'");
    if (!(beta_ > 0)) throw UsageError("--beta must be positive");
  }

  /// Rates are a / sqrt(sum g^2): of the order of the weights, whatever the scale of the rows.
  static double first_step(double mean_squared_norm) {
    return mean_squared_norm > 0 ? 1 / std::sqrt(mean_squared_norm) : 1;
  }
  /// The search judges one pass, which likes larger rates than the last of many passes does (measured on the
  /// bench's data).
  static constexpr double of_searched_step = 0.4;
  static constexpr bool judged_on_training_rows = true;
  static std::unique_ptr<Schedule> schedule(const ScheduleOptions& options, const std::string&) {
    return schedule::make("constant", options);
  }

  void set(Slot& slot, double w, double step) {
    rate_ = step;
    slot = {
        -w * (beta_ / step + times_ * penalty_.l2) - (w != 0 ? std::copysign(times_ * penalty_.l1, w) : 0.0),
        0};
  }
  double weight(const Slot& slot) const {
    return -soft_threshold(slot.z, times_ * penalty_.l1) /
           ((beta_ + slot.root) / rate_ + times_ * penalty_.l2);
  }

  /// Weights are asked for before the update begins, so t still counts the earlier rows then.
  void next(double step) {
    rate_ = step;
    rows_ += 1;
    before_ = times_;
    times_ = average_ ? rows_ : 1;
  }
  void update(Slot& slot, double g) const {
    const double w = -soft_threshold(slot.z, before_ * penalty_.l1) /
                     ((beta_ + slot.root) / rate_ + before_ * penalty_.l2);
    const double root = std::sqrt(slot.root * slot.root + g * g);
    slot.z += g - (root - slot.root) / rate_ * w;
    slot.root = root;
  }

  double solution(const Slot& slot) const { return weight(slot); }
  bool worn() const { return false; }
  void renew(Slot&) const {}
  void renewed() {}
  void state(Archive& archive) { archive(rate_)(rows_)(times_); }

 private:
  Penalty penalty_;
  double beta_ = 1;
  bool average_ = true;
  double rate_ = 1;                // a
  double rows_ = 0;                // rows seen
  double times_ = 0, before_ = 0;  // t of the penalty, now and before the update under way
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_ftrl(const SolverOptions& options) {
  if (options.mode == "hogwild") return make_hogwild_ftrl(options);
  return std::make_unique<Stochastic<Ftrl>>(options);
}
}  // namespace solver
}  // namespace sparselearn
