#include "sparselearn/train/evaluation.hpp"

#include <algorithm>
#include <numeric>

#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn {

metric::Task task_of(const Predictor& predictor) {
  if (predictor.model().outputs > 1) return metric::Task::classes;
  return predictor.loss().labels() == LabelKind::binary ? metric::Task::binary : metric::Task::regression;
}

Evaluation::Evaluation(const Predictor& predictor)
    : predictor_(predictor),
      outputs_(predictor.model().outputs),
      with_probabilities_(predictor.has_probabilities()) {}

void Evaluation::add(const RowBlock& block) {
  constexpr std::size_t rows_a_piece = 2048;
  const std::size_t before = labels_.size(), total = before + block.rows();
  labels_.insert(labels_.end(), block.labels.begin(), block.labels.end());
  scores_.resize(total * outputs_);
  losses_.resize(total);
  if (with_probabilities_) probabilities_.resize(total * outputs_);
  weights_.resize(total);
  any_weights_ = any_weights_ || !block.weights.empty();
  for (std::size_t r = 0; r < block.rows(); ++r) weights_[before + r] = block.weight(r);

  const std::size_t pieces = (block.rows() + rows_a_piece - 1) / rows_a_piece;
  std::vector<std::uint64_t> unknown(pieces);
  parallel_for(pieces, [&](std::size_t piece) {
    const std::size_t begin = piece * rows_a_piece, end = std::min(begin + rows_a_piece, block.rows());
    unknown[piece] = add_rows(block, begin, end, before);
  });
  unknown_ = std::accumulate(unknown.begin(), unknown.end(), unknown_);
}

void Evaluation::add(const Dataset& data) {
  for (const RowBlock& block : data.blocks()) add(block);
}

void Evaluation::reweigh(std::span<const float> weights) {
  if (weights.size() != weights_.size()) throw UsageError("a weight is needed for each row");
  weights_.assign(weights.begin(), weights.end());
  any_weights_ = true;
}

std::uint64_t Evaluation::add_rows(const RowBlock& block, std::size_t begin, std::size_t end,
                                   std::size_t offset) {
  const bool counts = predictor_.loss().labels() == LabelKind::positive_count;
  std::uint64_t unknown = 0;
  for (std::size_t r = begin; r < end; ++r) {
    const std::size_t i = offset + r;
    double* const z = &scores_[i * outputs_];
    unknown += predictor_.model().score(block.row(r), z);
    losses_[i] = predictor_.loss_at(z, labels_[i]);
    if (with_probabilities_) predictor_.probabilities(z, &probabilities_[i * outputs_]);
    if (counts) *z = predictor_.label(z);  // metrics of regression compare labels with predicted labels
  }
  return unknown;
}

double Evaluation::loss() const {
  double sum = 0, weight = 0;
  for (std::size_t i = 0; i < losses_.size(); ++i) {
    sum += weights_[i] * losses_[i];
    weight += weights_[i];
  }
  return sum / weight;
}

double Evaluation::metric(const metric::Info& info) const {
  Predictions predictions;
  predictions.scores = scores_;
  predictions.labels = labels_;
  if (any_weights_) predictions.weights = weights_;
  predictions.probabilities = probabilities_;
  predictions.outputs = outputs_;
  return info.compute(predictions);
}

}  // namespace sparselearn
