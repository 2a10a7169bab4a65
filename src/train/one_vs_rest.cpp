#include "sparselearn/train/one_vs_rest.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

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

// Calls use(number of a row, class) for each class of each row, in the order of the rows.
template <class Use>
void each_class(const Dataset& data, const Use& use) {
  std::uint64_t row = 0;
  for (const RowBlock& block : data.blocks())
    for (std::size_t r = 0; r < block.rows(); ++r, ++row) {
      const bool lists = !block.lists.empty();
      for (const double c : lists ? block.lists.row(r) : std::span(&block.labels[r], 1))
        use(row, static_cast<std::size_t>(c));
    }
}

}  // namespace

OneVsRest::OneVsRest(Dataset& data, std::size_t classes)
    : data_(data), classes_(classes), first_of_class_(classes + 1) {
  each_class(data, [&](std::uint64_t, std::size_t c) { ++first_of_class_[c + 1]; });
  std::partial_sum(first_of_class_.begin(), first_of_class_.end(), first_of_class_.begin());
  rows_of_class_.resize(first_of_class_.back());
  std::vector<std::uint64_t> next = first_of_class_;
  each_class(data, [&](std::uint64_t row, std::size_t c) { rows_of_class_[next[c]++] = row; });
}

void OneVsRest::select(std::size_t c) {
  std::vector<double> labels(data_.rows(), -1.0);
  for (std::uint64_t k = first_of_class_[c]; k < first_of_class_[c + 1]; ++k) labels[rows_of_class_[k]] = 1;
  data_.set_labels(labels);
}

void OneVsRest::keep(const Model& model, const TrainResult& result) {
  if (kept_ == 0) {
    model_ = model;
    model_.outputs = classes_;
    model_.weights.assign(model.weights.size() * classes_, 0.0);
    model_.bias.assign(classes_, 0.0);
    result_ = result;
    result_.weights.clear();
  } else {
    add(result_.last, result.last);
    result_.evaluation_seconds += result.evaluation_seconds;
    const bool worse = distance(result.certificate) > distance(result_.certificate);
    if (worse) result_.certificate = result.certificate;
  }
  for (std::size_t k = 0; k < model.weights.size(); ++k)
    model_.weights[k * classes_ + kept_] = model.weights[k];
  model_.bias[kept_] = model.bias[0];
  ++kept_;
}

}  // namespace sparselearn
