#include "sparselearn/train/one_vs_rest.hpp"

namespace sparselearn {
namespace {

// How far a certificate is from its target; beyond any number when training broke off.
double distance(const Certificate& certificate) {
  if (certificate.converged) return certificate.target > 0 ? certificate.value / certificate.target : 0;
  return certificate.target > 0 ? 1 + certificate.value / certificate.target
                                : std::numeric_limits<double>::infinity();
}

void add(TraceRow& sum, const TraceRow& row) {
  sum.epoch += row.epoch;
  sum.updates += row.updates;
  sum.seconds += row.seconds;
  sum.passes += row.passes;
  sum.objective += row.objective;
  sum.train_loss += row.train_loss;
  sum.duality_gap += row.duality_gap;
  sum.nonzeros += row.nonzeros;
  sum.grad_norm = std::max(sum.grad_norm, row.grad_norm);
}

}  // namespace

OneVsRest::OneVsRest(Dataset& data, std::size_t classes) : data_(data), classes_(classes) {
  class_of_row_.reserve(data.rows());
  for (const RowBlock& block : data.blocks())
    class_of_row_.insert(class_of_row_.end(), block.labels.begin(), block.labels.end());
}

void OneVsRest::select(std::size_t c) {
  std::vector<double> labels(class_of_row_.size());
  for (std::size_t i = 0; i < labels.size(); ++i)
    labels[i] = class_of_row_[i] == static_cast<double>(c) ? 1 : -1;
  data_.set_labels(labels);
}

void OneVsRest::keep(const Model& model, const TrainResult& result) {
  if (kept_ == 0) {
    model_ = model;
    model_.outputs = classes_;
    model_.weights.assign(model.features * classes_, 0.0);
    model_.bias.assign(classes_, 0.0);
    result_ = result;
    result_.weights.clear();
  } else {
    add(result_.last, result.last);
    result_.evaluation_seconds += result.evaluation_seconds;
    const bool worse = distance(result.certificate) > distance(result_.certificate);
    if (worse) result_.certificate = result.certificate;
  }
  for (std::size_t j = 0; j < model.features; ++j) model_.weights[j * classes_ + kept_] = model.weights[j];
  model_.bias[kept_] = model.bias[0];
  ++kept_;
}

}  // namespace sparselearn
