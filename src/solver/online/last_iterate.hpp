// What the rules that take sgd's steps and report the last iterate, for the sake of its zeros, have in
// common.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "sparselearn/engine/problem.hpp"
#include "sparselearn/schedule/schedule.hpp"

namespace sparselearn {

struct LastIterate {
  /// 1/L for the mean row with curvature 1.
  static double first_step(double mean_squared_norm) {
    return mean_squared_norm > 0 ? 1 / mean_squared_norm : 1;
  }
  static constexpr double of_searched_step = 1;  // the schedule brings it down
  /// 2 / max_i L_i, beyond which a single row can throw the weights farther off than they were: the heaviest
  /// rows are seldom in the sample of the search. Where gradients are bounded no row can, at any step.
  static double largest_step(const Problem& problem) {
    const Loss& loss = problem.loss();
    if (!loss.smooth() || has_bounded_gradients(loss)) return std::numeric_limits<double>::infinity();
    return 2 / problem.smoothness().max;
  }
  static constexpr bool judged_on_training_rows = true;
  /// a / (1 + k/N): no average takes the noise out, so the step has to.
  static std::unique_ptr<Schedule> schedule(const ScheduleOptions& options, const std::string&) {
    return schedule::make("inverse", options);
  }

 protected:
  /// The same, and at most half of 1/l2, where 1 - a l2 is zero and idle weights have no closed form.
  static double largest_step_below_decay(const Problem& problem) {
    const double l2 = problem.penalty().l2;
    return l2 > 0 ? std::min(LastIterate::largest_step(problem), 0.5 / l2)
                  : LastIterate::largest_step(problem);
  }

 private:
  // A conjugate is finite on the range of the loss's derivative.
  static bool has_bounded_gradients(const Loss& loss) {
    if (loss.outputs() > 1) return true;  // softmax: differences of probabilities
    if (!loss.has_conjugate()) return false;
    for (const double label : loss.sample_labels()) {
      const Loss::Domain range = loss.conjugate_domain(label);
      if (!std::isfinite(range.lower) || !std::isfinite(range.upper)) return false;
    }
    return true;
  }
};

}  // namespace sparselearn
