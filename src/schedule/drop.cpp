// a_k = a factor^floor(k / D): dropped by the factor (--schedule-decay, 0.5 unless given) every D updates
// (--schedule-drop-every, ten epochs unless given).
#include <cmath>

#include "schedule/option_check.hpp"
#include "sparselearn/schedule/schedule.hpp"

namespace sparselearn::schedule {
namespace {

// By repeated squaring: exact for factors that are powers of two.
double power(double base, std::uint64_t exponent) {
  double result = 1;
  for (; exponent > 0; exponent /= 2, base *= base)
    if (exponent % 2 == 1) result *= base;
  return result;
}

struct Drop final : Schedule {
  double step, factor, every;
  Drop(double a, double by, double updates) : step(a), factor(by), every(updates) {}
  double at(std::uint64_t k) const override {
    const double drops = std::floor(static_cast<double>(k) / every);
    return step * power(factor, static_cast<std::uint64_t>(drops < 1e18 ? drops : 1e18));
  }
};

}  // namespace

std::unique_ptr<Schedule> make_drop(const ScheduleOptions& options) {
  const double factor = options.decay == 0 ? 0.5 : options.decay;
  const double every = options.drop_every == 0 ? 10 * options.updates_per_epoch : options.drop_every;
  require_factor(factor);
  require_positive("schedule-drop-every", every);
  return std::make_unique<Drop>(options.step, factor, every);
}

}  // namespace sparselearn::schedule
