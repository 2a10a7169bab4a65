// Step-size schedules: a_k as a function of the update counter k = 0, 1, 2, ... All are pure functions of k,
// so a run can be resumed and threads agree.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace sparselearn {

struct ScheduleOptions {
  double step = 0.1;      // a, above 0; horizon: R/M
  double final_step = 0;  // --schedule-final-step, a_tau: linear, cosine
  double horizon = 0;     // --schedule-horizon, tau or K in updates, above 0: linear, cosine, horizon
  double decay = 0;       // --schedule-decay; inverse, inverse-sqrt: gamma in updates; exponential: factor an
                     // epoch; drop: factor a drop; 0: gamma of one epoch, factor 0.95, factor 0.5
  double drop_every = 0;  // --schedule-drop-every, updates between drops; 0: ten epochs
  double updates_per_epoch = 1;
};

class Schedule {
 public:
  virtual ~Schedule() = default;
  /// The step of update k (from 0).
  virtual double at(std::uint64_t k) const = 0;
};

namespace schedule {

/// One line of schedules.def.
struct Info {
  std::string_view name;
  std::string_view formula;
  std::string_view options;  // option names it reads
  std::unique_ptr<Schedule> (*make)(const ScheduleOptions&);
};

std::span<const Info> all();
const Info* find(std::string_view name);
/// Throws UsageError for an unknown name or options out of range.
std::unique_ptr<Schedule> make(std::string_view name, const ScheduleOptions& options);

}  // namespace schedule
}  // namespace sparselearn
