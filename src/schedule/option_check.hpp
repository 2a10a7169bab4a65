// Range checks of schedule options, in the words of the command line.
#pragma once
#include <limits>
#include <string>
#include <string_view>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::schedule {

/// Throws UsageError unless `in_range`: "--schedule-horizon must be a finite number above 0, not 0".
inline void require(bool in_range, std::string_view option, std::string_view range, double value) {
  if (!in_range)
    throw UsageError("--" + std::string(option) + " must be " + std::string(range) + ", not " +
                     to_text(value));
}

inline void require_positive(std::string_view option, double value) {
  require(value > 0 && value < std::numeric_limits<double>::infinity(), option, "a finite number above 0",
          value);
}

/// A step to end at: 0 is allowed.
inline void require_final_step(double value) {
  require(value >= 0 && value < std::numeric_limits<double>::infinity(), "schedule-final-step",
          "a finite number, at least 0", value);
}

/// A factor that steps are multiplied by.
inline void require_factor(double value) {
  require(value > 0 && value <= 1, "schedule-decay", "above 0 and at most 1", value);
}

}  // namespace sparselearn::schedule
