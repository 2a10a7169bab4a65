// Regularised dual averaging (Xiao 2010, algorithm 1, beta_t = gamma sqrt(t)), with l1 and l2 in the proximal
// step and the strongly convex term centred at the start w_1:
//   gbar_t  = (g_1 + ... + g_t) / t
//   w_{t+1} = argmin_w <gbar_t, w> + l1 |w|_1 + l2/2 |w|^2 + (gamma / sqrt(t)) |w - w_1|^2 / 2
//           = -S(gbar_t - c w_1, l1) / (l2 + c),   c = gamma / sqrt(t)
// gamma is 1/a for the step a unless --gamma gives it. Sparse rows, exactly the dense iterates: an idle
// coordinate has g = 0, and w follows from the sum of the gradients and t.
#include <cmath>

#include "solver/stochastic/stochastic.hpp"

namespace sparselearn {
namespace {

class DualAveraging {
 public:
  struct Slot {
    double sum = 0;    // g_1 + ... + g_t
    double first = 0;  // w_1
  };

  DualAveraging() = default;
  DualAveraging(const Problem&, const SolverOptions&, Penalty penalty) : penalty_(penalty) {}

  /// 1/L for the mean row with curvature 1.
  static double first_step(double mean_squared_norm) {
    return mean_squared_norm > 0 ? 1 / mean_squared_norm : 1;
  }
  static constexpr double of_searched_step = 1;
  static constexpr bool judged_on_training_rows = true;
  static std::unique_ptr<Schedule> schedule(const ScheduleOptions& options, const std::string&) {
    return schedule::make("constant", options);
  }

  void set(Slot& slot, double w, double) const { slot = {0, w}; }
  double weight(const Slot& slot) const {
    if (updates_ == 0) return slot.first;
    return -soft_threshold(slot.sum / updates_ - pull_ * slot.first, penalty_.l1) / (penalty_.l2 + pull_);
  }

  void next(double step) {
    updates_ += 1;
    pull_ = 1 / (step * std::sqrt(updates_));
  }
  void update(Slot& slot, double g) const { slot.sum += g; }

  double solution(const Slot& slot) const { return weight(slot); }
  bool worn() const { return false; }
  void renew(Slot&) const {}
  void renewed() {}
  void state(Archive& archive) { archive(updates_)(pull_); }

 private:
  Penalty penalty_;
  double updates_ = 0;  // t
  double pull_ = 0;     // c
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_rda(const SolverOptions& options) {
  SolverOptions with_gamma = options;
  if (options.gamma > 0) {
    if (options.step) throw UsageError("rda takes --step or --gamma, which is 1/step, not both");
    with_gamma.step = 1 / options.gamma;
  }
  return std::make_unique<Stochastic<DualAveraging>>(with_gamma);
}
}  // namespace solver
}  // namespace sparselearn
