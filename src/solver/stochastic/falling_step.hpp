#pragma once
#include <memory>
#include <string_view>

#include "sparselearn/schedule/schedule.hpp"

namespace sparselearn {

/// What a rule that averages its iterates makes of `--schedule auto`: a / (1 + k/(4N)) unless a decay is
/// given, a step that falls within the first epochs and not at once. Without an average the noise of the last
/// iterate is that of the last steps, and they fall in a line to 0 at the end of --epochs (Zamani & Glineur
/// 2023; Defazio et al. 2023).
inline std::unique_ptr<Schedule> falling_step(ScheduleOptions options, std::string_view averaging) {
  if (averaging == "none") return schedule::make("linear", options);
  if (options.decay == 0) options.decay = 4 * options.updates_per_epoch;
  return schedule::make("inverse", options);
}

}  // namespace sparselearn
