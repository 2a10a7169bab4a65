// a_k = a factor^(k / updates an epoch): falls by the factor (--schedule-decay, 0.95 unless given) an epoch,
// smoothly.
#include "schedule/option_check.hpp"
#include "sparselearn/base/math.hpp"
#include "sparselearn/schedule/schedule.hpp"

namespace sparselearn::schedule {
namespace {

struct Exponential final : Schedule {
  double step, log_factor, epoch;
  Exponential(double a, double factor, double updates)
      : step(a), log_factor(math::log(factor)), epoch(updates) {}
  double at(std::uint64_t k) const override {
    return step * math::exp(log_factor * (static_cast<double>(k) / epoch));
  }
};

}  // namespace

std::unique_ptr<Schedule> make_exponential(const ScheduleOptions& options) {
  const double factor = options.decay == 0 ? 0.95 : options.decay;
  require_factor(factor);
  return std::make_unique<Exponential>(options.step, factor, options.updates_per_epoch);
}

}  // namespace sparselearn::schedule
