// a_k = a.
#include "sparselearn/schedule/schedule.hpp"

namespace sparselearn::schedule {
namespace {

struct Constant final : Schedule {
  double step;
  explicit Constant(double a) : step(a) {}
  double at(std::uint64_t) const override { return step; }
};

}  // namespace

std::unique_ptr<Schedule> make_constant(const ScheduleOptions& options) {
  return std::make_unique<Constant>(options.step);
}

}  // namespace sparselearn::schedule
