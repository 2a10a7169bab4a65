// a_k = a / (1 + k/gamma) = beta / (k + gamma) with beta = a gamma  (Robbins & Monro 1951; Bottou, Curtis &
// Nocedal 2018, theorem 4.7). gamma, in updates, is where the step has halved; without --schedule-decay it is
// one epoch.
#include "schedule/option_check.hpp"
#include "sparselearn/schedule/schedule.hpp"

namespace sparselearn::schedule {
namespace {

struct Inverse final : Schedule {
  double step, gamma;
  Inverse(double a, double updates) : step(a), gamma(updates) {}
  double at(std::uint64_t k) const override { return step / (1 + static_cast<double>(k) / gamma); }
};

}  // namespace

std::unique_ptr<Schedule> make_inverse(const ScheduleOptions& options) {
  const double gamma = options.decay == 0 ? options.updates_per_epoch : options.decay;
  require_positive("schedule-decay", gamma);
  return std::make_unique<Inverse>(options.step, gamma);
}

}  // namespace sparselearn::schedule
