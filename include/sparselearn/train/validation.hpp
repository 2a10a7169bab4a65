// Loss and metric on held-out data, for TrainHooks::validate.
#pragma once
#include <span>

#include "sparselearn/data/dataset.hpp"
#include "sparselearn/metric/metric.hpp"
#include "sparselearn/train/to_model.hpp"
#include "sparselearn/train/train.hpp"

namespace sparselearn {

class Validation {
 public:
  /// Keeps references to data, problem and metric. `data` must have the loss's own labels; features the
  /// problem lacks are ignored. `model` carries labels and loss options. Throws UsageError for a metric that
  /// does not fit the task or needs probabilities that the loss has not.
  Validation(const Dataset& data, const Problem& problem, Model model, const metric::Info& metric);

  /// Judges the rows by these weights, one a row in file order, instead of their own. They must outlive this.
  void judge_by(std::span<const float> weights) { weights_ = weights; }
  void operator()(std::span<const double> weights, TraceRow& row);
  const metric::Info& metric() const { return metric_; }

 private:
  const Dataset& data_;
  const Problem& problem_;
  Model model_;
  const metric::Info& metric_;
  std::span<const float> weights_;
};

/// "accuracy" for classifiers, "rmse" for regression. Throws UsageError for an unknown name, suggesting the
/// nearest.
const metric::Info& find_metric(std::string_view name);
std::string_view default_metric(metric::Task task);

}  // namespace sparselearn
