// The data of a training run, ready for the solver: read, weighted, split, labels mapped.
#pragma once
#include <memory>
#include <optional>

#include "cli/read_data.hpp"
#include "cli/train_settings.hpp"
#include "sparselearn/base/spill.hpp"
#include "sparselearn/model/labels.hpp"
#include "sparselearn/train/normalization.hpp"
#include "sparselearn/train/used_features.hpp"

namespace sparselearn::cli {

/// What --normalize did to the rows.
struct Scaling {
  bool unit_rows = false;  // rows have length 1
  FeatureScales features;  // as they were read
};

struct TrainData {
  std::shared_ptr<Spill> spill;  // --stream: the file that holds the rows
  Dataset rows;
  std::optional<Dataset> valid;
  LabelMap labels;
  ReadReport report;
  std::optional<Model> start;      // --warm-start
  std::vector<float> own_weights;  // the rows' weights without --class-weight; empty where that is not given
  UsedFeatures used;               // what the rows' features were called before

  Scaling scaling;
  std::optional<unsigned> name_bits;  // names of features were hashed to so many
  unsigned hash_bits = 0;             // features of the text were; 0: not

  /// Makes a model of these rows one of rows as they are read, for write_model(): it may list its features.
  void complete(Model& model) const;
  /// Features of the data as read.
  std::uint64_t features() const { return used.all(); }
};

TrainData read_train_data(const Arguments& arguments, const TrainSettings& settings, Screen& screen);

}  // namespace sparselearn::cli
