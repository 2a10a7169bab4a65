// a_k = (1 - k/tau) a + (k/tau) a_tau up to k = tau, then a_tau  (Goodfellow, Bengio & Courville 2016,
// eq. 8.14).
#include "schedule/option_check.hpp"
#include "sparselearn/schedule/schedule.hpp"

namespace sparselearn::schedule {
namespace {

struct Linear final : Schedule {
  double first, last, tau;
  Linear(double a, double a_tau, double updates) : first(a), last(a_tau), tau(updates) {}
  double at(std::uint64_t k) const override {
    const double t = static_cast<double>(k) / tau;
    return t < 1 ? (1 - t) * first + t * last : last;
  }
};

}  // namespace

std::unique_ptr<Schedule> make_linear(const ScheduleOptions& options) {
  require_positive("schedule-horizon", options.horizon);
  require_final_step(options.final_step);
  return std::make_unique<Linear>(options.step, options.final_step, options.horizon);
}

}  // namespace sparselearn::schedule
