// Rows and features brought to a common scale without a zero becoming anything else.
#pragma once
#include <vector>

#include "sparselearn/data/dataset.hpp"
#include "sparselearn/model/model.hpp"

namespace sparselearn {

/// Divides each row by its Euclidean length; empty rows stay. Values are kept as floats, also where all
/// were 1.
void normalize_rows(Dataset& data);

/// A divisor a feature. What is 0 stays 0, so nothing is centred: a mean that is not 0 is the intercept's to
/// take up.
class FeatureScales {
 public:
  /// All 1: leaves everything as it is.
  FeatureScales() = default;
  /// max_i |x_ij| over rows with a weight above 0.
  static FeatureScales max_abs(const Dataset& data);
  /// The standard deviation of x_ij over all rows, zeros included, by their weights:
  /// sqrt(sum_i s_i (x_ij - mean_j)^2 / S).
  static FeatureScales standard(const Dataset& data);

  /// x_j / scale_j. Features beyond those of the data scaled stay. Values are kept as floats.
  void apply(Dataset& data) const;
  /// A model of scaled rows becomes one of rows as they were: w_j / scale_j.
  void unscale(Model& model) const;
  /// The other way round, for a model to start from.
  void scale(Model& model) const;

 private:
  explicit FeatureScales(std::vector<double> scales);
  double of(std::size_t feature) const { return feature < scales_.size() ? scales_[feature] : 1.0; }

  std::vector<double> scales_;  // 1 for features without a scale: no values, or the same in all rows
};

}  // namespace sparselearn
