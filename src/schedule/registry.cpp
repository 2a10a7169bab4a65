#include <algorithm>
#include <string>
#include <vector>

#include "schedule/option_check.hpp"
#include "sparselearn/base/closest.hpp"
#include "sparselearn/schedule/schedule.hpp"

namespace sparselearn::schedule {

#define SPARSELEARN_SCHEDULE(identifier, ...) \
  std::unique_ptr<Schedule> make_##identifier(const ScheduleOptions&);
#include "schedule/schedules.def"
#undef SPARSELEARN_SCHEDULE

namespace {

#define SPARSELEARN_SCHEDULE(identifier, name, formula, options) \
  Info{name, formula, options, make_##identifier},
constexpr Info table[] = {
#include "schedule/schedules.def"
};
#undef SPARSELEARN_SCHEDULE

}  // namespace

std::span<const Info> all() { return table; }

const Info* find(std::string_view name) {
  const auto found =
      std::find_if(std::begin(table), std::end(table), [&](const Info& i) { return i.name == name; });
  return found == std::end(table) ? nullptr : found;
}

std::unique_ptr<Schedule> make(std::string_view name, const ScheduleOptions& options) {
  if (const Info* info = find(name)) {
    require_positive("step", options.step);
    require_positive("updates-per-epoch", options.updates_per_epoch);
    return info->make(options);
  }
  std::vector<std::string_view> names;
  for (const Info& info : table) names.push_back(info.name);
  const std::string near = closest(name, names);
  throw UsageError(
      "there is no schedule '" + std::string(name) + "'" +
      (near.empty() ? "; `sparselearn schedules` lists them" : "; did you mean '" + near + "'?"));
}

}  // namespace sparselearn::schedule
