#include "sparselearn/train/to_model.hpp"

#include <doctest/doctest.h>

#include "sparselearn/base/error.hpp"
#include "train/small_data.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;
using Weights = std::vector<double>;

TEST_CASE("to_model and start_point are each other's inverse") {
  const Dataset data = small_data({0, 1, 2, 0}, 3);
  LossOptions options;
  options.classes = 3;
  for (const bool intercept : {false, true})
    for (const char* name : {"logistic", "softmax"}) {
      const auto loss = loss::make(name, options);
      const Problem problem(data, *loss, {0.5, 0.25}, intercept);
      Weights weights(problem.dimension());
      for (std::size_t k = 0; k < weights.size(); ++k) weights[k] = static_cast<double>(k) - 2.5;
      const Model model = to_model(problem, weights);
      CHECK(model.loss == name);
      CHECK(model.features == 3);
      CHECK(model.l1 == 0.5);
      CHECK(model.l2 == 0.25);
      CHECK(model.weights.size() == problem.penalized());
      CHECK(model.bias.size() == problem.outputs());
      CHECK(model.bias[0] == (intercept ? weights[problem.penalized()] : 0.0));
      CHECK(start_point(model, problem) == weights);
    }
}

TEST_CASE("start_point: a narrower model is filled up, what does not fit is refused") {
  const Dataset data = small_data({0, 1, 2, 0}, 3);
  const auto logistic = loss::make("logistic");
  const Problem problem(data, *logistic, {}, true);
  Model model;
  model.features = 2;
  model.weights = {1, 2};
  model.bias = {0};
  CHECK(start_point(model, problem) == Weights{1, 2, 0, 0});
  model.features = 5;
  model.weights = {1, 2, 3, 0, 0};
  CHECK(start_point(model, problem) == Weights{1, 2, 3, 0});
  model.weights[4] = 1;
  CHECK_THROWS_WITH_AS(start_point(model, problem), doctest::Contains("--features to 5"), UsageError);
  model.weights[4] = 0;
  model.intercept = true;
  CHECK_THROWS_AS(start_point(model, Problem(data, *logistic, {}, false)), UsageError);
  model.outputs = 2;
  CHECK_THROWS_AS(start_point(model, problem), UsageError);
}
