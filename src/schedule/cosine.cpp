// a_k = a_tau + (a - a_tau) (1 + cos(pi k/tau)) / 2 up to k = tau, then a_tau  (Loshchilov & Hutter 2017, eq.
// 5, one cycle).
#include "schedule/option_check.hpp"
#include "sparselearn/schedule/schedule.hpp"

namespace sparselearn::schedule {
namespace {

// sin^2(pi t / 2) for 0 <= t <= 1/2, by Taylor's series to beyond rounding; not the library's sine, which
// differs by machine.
double sine_squared(double t) {
  const double x = t * 1.5707963267948966, x2 = x * x;
  double sum = 0;
  for (int n = 17; n > 1; n -= 2) sum = (1 + sum) * (-x2 / (n * (n - 1)));
  const double sine = x * (1 + sum);
  return sine * sine;
}

// (1 + cos(pi t)) / 2 = cos^2(pi t / 2) for 0 <= t <= 1.
double raised_cosine(double t) { return t <= 0.5 ? 1 - sine_squared(t) : sine_squared(1 - t); }

struct Cosine final : Schedule {
  double first, last, tau;
  Cosine(double a, double a_tau, double updates) : first(a), last(a_tau), tau(updates) {}
  double at(std::uint64_t k) const override {
    const double t = static_cast<double>(k) / tau;
    return t < 1 ? last + (first - last) * raised_cosine(t) : last;
  }
};

}  // namespace

std::unique_ptr<Schedule> make_cosine(const ScheduleOptions& options) {
  require_positive("schedule-horizon", options.horizon);
  require_final_step(options.final_step);
  return std::make_unique<Cosine>(options.step, options.final_step, options.horizon);
}

}  // namespace sparselearn::schedule
