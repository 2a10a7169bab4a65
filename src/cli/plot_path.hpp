// The way of the weights over the contours of the objective, for data of two features.
#pragma once
#include <string>
#include <vector>

#include "sparselearn/train/figure.hpp"

namespace sparselearn::cli {

/// `weights` is a file of `train --trace-weights`, `data` what it was trained on. The intercept, if there is
/// one, is held at its last value of the first run. Throws DataError for a file that is none of these,
/// UsageError for other than two features and one score.
Figure path_figure(const std::string& weights, const std::vector<std::string>& data);

}  // namespace sparselearn::cli
