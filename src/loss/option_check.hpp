// Range checks of loss options, in the words of the command line.
#pragma once
#include <string>
#include <string_view>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::loss {

/// Throws UsageError unless `in_range`: "--huber-delta must be above 0, not -1".
inline void require(bool in_range, std::string_view option, std::string_view range, double value) {
  if (!in_range)
    throw UsageError("--" + std::string(option) + " must be " + std::string(range) + ", not " +
                     to_text(value));
}

}  // namespace sparselearn::loss
