#include "sparselearn/train/to_model.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "sparselearn/base/error.hpp"

namespace sparselearn {

Model to_model(const Problem& problem, std::span<const double> weights) {
  return to_model(problem, std::vector<double>(weights.begin(), weights.end()));
}

Model to_model(const Problem& problem, std::vector<double>&& weights) {
  Model model;
  model.loss = problem.loss().name();
  model.loss_options.classes = std::max<std::size_t>(problem.outputs(), 2);
  model.l1 = problem.penalty().l1;
  model.l2 = problem.penalty().l2;
  model.features = problem.features();
  model.outputs = problem.outputs();
  model.intercept = problem.intercept();
  model.index_base = problem.data().index_base();
  const auto bias = weights.begin() + static_cast<std::ptrdiff_t>(problem.penalized());
  model.bias.assign(problem.outputs(), 0.0);
  std::copy(bias, weights.end(), model.bias.begin());
  weights.erase(bias, weights.end());
  model.weights = std::move(weights);
  return model;
}

void set_weights(Model& model, const Problem& problem, std::span<const double> weights) {
  const auto penalized = weights.first(problem.penalized());
  const auto bias = weights.subspan(problem.penalized());
  model.weights.assign(penalized.begin(), penalized.end());
  model.bias.assign(problem.outputs(), 0.0);
  std::copy(bias.begin(), bias.end(), model.bias.begin());
}

std::vector<double> start_point(const Model& model, const Problem& problem) {
  if (model.outputs != problem.outputs())
    throw UsageError("the model to start from has " + std::to_string(model.outputs) +
                     " scores a row, the problem " + std::to_string(problem.outputs()));
  if (model.intercept && !problem.intercept())
    throw UsageError("the model to start from has an intercept; add --intercept");
  const std::size_t shared = std::min(model.weights.size(), problem.penalized());
  const auto beyond = model.weights.begin() + static_cast<std::ptrdiff_t>(shared);
  if (std::any_of(beyond, model.weights.end(), [](double w) { return w != 0; }))
    throw UsageError(
        "the model to start from has weights for more features than the data; raise --features to " +
        std::to_string(model.features));
  std::vector<double> start(problem.dimension());
  std::copy(model.weights.begin(), beyond, start.begin());
  if (problem.intercept())
    std::copy(model.bias.begin(), model.bias.end(),
              start.begin() + static_cast<std::ptrdiff_t>(problem.penalized()));
  return start;
}

}  // namespace sparselearn
