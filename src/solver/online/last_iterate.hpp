// What the rules that take sgd's steps and report the last iterate, for the sake of its zeros, have in
// common.
#pragma once
#include <memory>

#include "sparselearn/schedule/schedule.hpp"

namespace sparselearn {

struct LastIterate {
  /// 1/L for the mean row with curvature 1.
  static double first_step(double mean_squared_norm) {
    return mean_squared_norm > 0 ? 1 / mean_squared_norm : 1;
  }
  static constexpr double of_searched_step = 1;  // the schedule brings it down
  static constexpr bool judged_on_training_rows = true;
  /// a / (1 + k/N): no average takes the noise out, so the step has to.
  static std::unique_ptr<Schedule> schedule(const ScheduleOptions& options) {
    return schedule::make("inverse", options);
  }
};

}  // namespace sparselearn
