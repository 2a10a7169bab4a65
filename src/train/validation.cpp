#include "sparselearn/train/validation.hpp"

#include <string>
#include <utility>
#include <vector>

#include "sparselearn/base/closest.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/train/evaluation.hpp"

namespace sparselearn {

Validation::Validation(const Dataset& data, const Problem& problem, Model model, const metric::Info& metric)
    : data_(data), problem_(problem), model_(std::move(model)), metric_(metric) {
  const Predictor predictor(model_);
  if (!(metric.tasks & (1U << static_cast<unsigned>(task_of(predictor)))))
    throw UsageError("the metric " + std::string(metric.name) + " does not fit the loss " + model_.loss);
  if (metric.needs_probability && !predictor.has_probabilities())
    throw UsageError("the metric " + std::string(metric.name) + " needs probabilities, which the loss " +
                     model_.loss + " does not give");
}

void Validation::operator()(std::span<const double> weights, TraceRow& row) {
  set_weights(model_, problem_, weights);
  const Predictor predictor(model_);
  Evaluation evaluation(predictor);
  evaluation.add(data_);
  if (!weights_.empty()) evaluation.reweigh(weights_);
  row.valid_loss = evaluation.loss();
  row.valid_metric = evaluation.metric(metric_);
}

const metric::Info& find_metric(std::string_view name) {
  if (const metric::Info* info = metric::find(name)) return *info;
  std::vector<std::string_view> names;
  for (const metric::Info& info : metric::all()) names.push_back(info.name);
  const std::string near = closest(name, names);
  throw UsageError("there is no metric '" + std::string(name) + "'" +
                   (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

std::string_view default_metric(metric::Task task) {
  return task == metric::Task::regression ? "rmse" : "accuracy";
}

}  // namespace sparselearn
