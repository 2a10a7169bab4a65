// What a multilabel model's predictions for labelled rows amount to. Rows pass by and are not kept.
#pragma once
#include <cstdint>

#include "sparselearn/data/row_block.hpp"
#include "sparselearn/metric/label_counts.hpp"
#include "sparselearn/model/predictor.hpp"

namespace sparselearn {

class ListEvaluation {
 public:
  /// Keeps a reference to the predictor, of a multilabel model.
  explicit ListEvaluation(const Predictor& predictor);

  /// Scores a block's rows, in parallel. Their lists hold labels as the model has them; those it does not
  /// have are left out and counted. Throws DataError for rows without lists.
  void add(const RowBlock& block);

  std::uint64_t rows() const { return rows_; }
  /// Nonzeros of features that the model does not have.
  std::uint64_t unknown_features() const { return unknown_features_; }
  /// Labels of rows that the model does not have.
  std::uint64_t unknown_labels() const { return unknown_labels_; }
  /// Weighted mean over rows of the sum over labels of the loss.
  double loss() const { return loss_sum_ / counts_.rows; }
  const metric::LabelCounts& counts() const { return counts_; }

 private:
  struct Piece;
  void score(const RowBlock& block, Piece& piece) const;
  void take(const RowBlock& block, const Piece& piece);

  const Predictor& predictor_;
  metric::LabelCounts counts_;
  std::uint64_t rows_ = 0, unknown_features_ = 0, unknown_labels_ = 0;
  double loss_sum_ = 0;
};

}  // namespace sparselearn
