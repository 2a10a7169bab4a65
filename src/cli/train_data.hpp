// The data of a training run, ready for the solver: read, weighted, split, labels mapped.
#pragma once
#include <optional>

#include "cli/read_data.hpp"
#include "cli/train_settings.hpp"
#include "sparselearn/model/labels.hpp"
#include "sparselearn/train/used_features.hpp"

namespace sparselearn::cli {

struct TrainData {
  Dataset rows;
  std::optional<Dataset> valid;
  LabelMap labels;
  ReadReport report;
  std::optional<Model> start;      // --warm-start
  std::vector<float> own_weights;  // the rows' weights without --class-weight; empty where that is not given
  UsedFeatures used;               // what the rows' features were called before

  /// Features of the data as read.
  std::uint64_t features() const { return used.all(); }
};

TrainData read_train_data(const Arguments& arguments, const TrainSettings& settings, Screen& screen);

}  // namespace sparselearn::cli
