// The data of a training run, ready for the solver: read, weighted, split, labels mapped.
#pragma once
#include <optional>

#include "cli/read_data.hpp"
#include "cli/train_settings.hpp"
#include "sparselearn/model/labels.hpp"

namespace sparselearn::cli {

struct TrainData {
  Dataset rows;
  std::optional<Dataset> valid;
  LabelMap labels;
  ReadReport report;
};

TrainData read_train_data(const Arguments& arguments, const TrainSettings& settings, Screen& screen);

}  // namespace sparselearn::cli
