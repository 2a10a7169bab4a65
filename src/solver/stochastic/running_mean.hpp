// Decays of running means.
#pragma once
#include <string>

#include "sparselearn/base/error.hpp"

namespace sparselearn {

/// The decay itself, which must lie in [0, 1).
inline double decay_option(const std::string& option, double decay) {
  if (!(decay >= 0 && decay < 1)) throw UsageError("--" + option + " must lie in [0, 1)");
  return decay;
}

/// r^(t+1) from r^t; 0 once 1 - r^t has long been 1, so that it never gets denormal, which is slow.
inline double next_power(double power, double r) { return power > 1e-20 ? power * r : 0; }

}  // namespace sparselearn
