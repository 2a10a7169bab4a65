// a_k = a / sqrt(1 + k/gamma)  (Nemirovski et al. 2009; Zinkevich 2003 for gamma = 1, then a / sqrt(k + 1)).
// gamma, in updates, is where the step has fallen to a / sqrt(2); without --schedule-decay it is one epoch.
#include <cmath>

#include "schedule/option_check.hpp"
#include "sparselearn/schedule/schedule.hpp"

namespace sparselearn::schedule {
namespace {

struct InverseSqrt final : Schedule {
  double step, gamma;
  InverseSqrt(double a, double updates) : step(a), gamma(updates) {}
  double at(std::uint64_t k) const override { return step / std::sqrt(1 + static_cast<double>(k) / gamma); }
};

}  // namespace

std::unique_ptr<Schedule> make_inverse_sqrt(const ScheduleOptions& options) {
  const double gamma = options.decay == 0 ? options.updates_per_epoch : options.decay;
  require_positive("schedule-decay", gamma);
  return std::make_unique<InverseSqrt>(options.step, gamma);
}

}  // namespace sparselearn::schedule
