// --calibrate: probabilities fitted to rows that the weights have not seen.
#pragma once
#include <optional>
#include <string>

#include "cli/fitting.hpp"

namespace sparselearn::cli {

/// Fits the calibration that was asked for: to the scores of the validation rows by the weights of `fit`, or
/// without such rows to those of each of three folds by weights fitted to the other two. Leaves the data as
/// they were. Nothing when interrupted.
std::optional<Calibration> calibration_of(const TrainSettings& settings, TrainData& data, const Fit& fit,
                                          Screen& screen);

/// What was fitted, for people.
std::string calibration_text(const Calibration& calibration);

}  // namespace sparselearn::cli
