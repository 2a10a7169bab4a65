#pragma once
#include <memory>

#include "sparselearn/schedule/schedule.hpp"

namespace sparselearn {

/// a / (1 + k/(4N)) unless a decay is given: with averaging, a step that falls within the first epochs and
/// not at once.
inline std::unique_ptr<Schedule> falling_step(ScheduleOptions options) {
  if (options.decay == 0) options.decay = 4 * options.updates_per_epoch;
  return schedule::make("inverse", options);
}

}  // namespace sparselearn
