// a_k = a / sqrt(K) for all k of a run of K updates, K fixed beforehand (Nemirovski et al. 2009, sec. 2.2).
// With a = R/M, R a bound on |w_0 - w*| and M one on the gradients, this is the classical R / (M sqrt(K)):
// mean suboptimality at most R M / sqrt(K).
#include <cmath>

#include "schedule/option_check.hpp"
#include "sparselearn/schedule/schedule.hpp"

namespace sparselearn::schedule {
namespace {

struct Horizon final : Schedule {
  double step;
  Horizon(double a, double updates) : step(a / std::sqrt(updates)) {}
  double at(std::uint64_t) const override { return step; }
};

}  // namespace

std::unique_ptr<Schedule> make_horizon(const ScheduleOptions& options) {
  require_positive("schedule-horizon", options.horizon);
  return std::make_unique<Horizon>(options.step, options.horizon);
}

}  // namespace sparselearn::schedule
