// Labels as files write them and as losses want them: two values become -1 and +1, K values become 0 .. K-1,
// both in ascending order; real labels stay.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "sparselearn/loss/loss.hpp"

namespace sparselearn {

class LabelMap {
 public:
  /// What a loss makes of the `distinct` labels of a data set (ascending). `positive` is the label that
  /// becomes +1 instead of the larger one; with `one_vs_rest` a binary loss takes more than two labels, as
  /// classes. Throws DataError for labels the loss can not take, UsageError for a positive label that is not
  /// there.
  LabelMap(std::span<const double> distinct, LabelKind kind, std::optional<double> positive = {},
           bool one_vs_rest = false);
  /// Each of the `distinct` labels of lists becomes the number of its output, 0 .. K-1. Throws DataError
  /// where there are none.
  static LabelMap of_lists(std::vector<double> distinct);
  /// The map of a model that was trained with it: Model::labels and how many scores a row has.
  LabelMap(std::vector<double> labels, std::size_t outputs);

  /// {label of -1, label of +1}, the label of each class, or empty for real labels: Model::labels.
  const std::vector<double>& labels() const { return labels_; }
  /// Number of classes; 2 for a binary loss, 0 for real labels.
  std::size_t classes() const { return labels_.size(); }
  /// The loss's own label. Throws DataError for a label that is not in the map.
  double to_loss(double label) const;

 private:
  LabelMap() = default;

  std::vector<double> labels_;
  bool binary_ = false;  // -1 and +1 rather than 0 .. K-1
};

}  // namespace sparselearn
