// Scores of labelled rows and what they amount to: mean loss and metrics.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "sparselearn/data/dataset.hpp"
#include "sparselearn/metric/metric.hpp"
#include "sparselearn/model/predictor.hpp"

namespace sparselearn {

/// The kind of task a model's scores are judged as.
metric::Task task_of(const Predictor& predictor);

class Evaluation {
 public:
  /// Keeps a reference to the predictor.
  explicit Evaluation(const Predictor& predictor);

  /// Scores a block's rows, in parallel. Their labels must be the loss's own (LabelMap::to_loss).
  void add(const RowBlock& block);
  void add(const Dataset& data);
  /// Replaces the weights of all rows added so far, one a row. Throws UsageError on a wrong count.
  void reweigh(std::span<const float> weights);

  std::uint64_t rows() const { return labels_.size(); }
  /// Nonzeros of features that the model does not have.
  std::uint64_t unknown_features() const { return unknown_; }
  /// Weighted mean of the loss.
  double loss() const;
  double metric(const metric::Info& info) const;

 private:
  std::uint64_t add_rows(const RowBlock& block, std::size_t begin, std::size_t end, std::size_t offset);

  const Predictor& predictor_;
  std::size_t outputs_;
  bool with_probabilities_;
  bool any_weights_ = false;
  std::vector<double> scores_, labels_, weights_, probabilities_, losses_;
  std::uint64_t unknown_ = 0;
};

}  // namespace sparselearn
