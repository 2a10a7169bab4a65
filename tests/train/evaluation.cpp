#include "sparselearn/train/evaluation.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sparselearn/base/error.hpp"
#include "sparselearn/train/validation.hpp"
#include "train/small_data.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

Model binary_model() {
  Model model;
  model.loss = "logistic";
  model.features = 2;
  model.labels = {-1, 1};
  model.weights = {1, -1};
  model.bias = {0};
  return model;
}

double softplus(double x) { return std::log1p(std::exp(x)); }

}  // namespace

TEST_CASE("Evaluation: loss and metrics agree with a loop over the rows, blocks and weights do not matter") {
  // Rows: +1 at 0, +2 at 1, +3 at 2 (unknown to the model), +4 at 0.
  Dataset data = small_data({1, 1, -1, 1}, 3, 2);
  const Model model = binary_model();
  const Predictor predictor(model);
  Evaluation evaluation(predictor);
  evaluation.add(data);
  CHECK(evaluation.rows() == 4);
  CHECK(evaluation.unknown_features() == 1);
  CHECK(evaluation.loss() == doctest::Approx((softplus(-1) + softplus(2) + softplus(0) + softplus(-4)) / 4));
  CHECK(evaluation.metric(find_metric("accuracy")) == 0.75);

  data.set_weights(std::vector<float>{1, 0, 2, 1});
  Evaluation weighted(predictor);
  weighted.add(data);
  CHECK(weighted.loss() == doctest::Approx((softplus(-1) + 2 * softplus(0) + softplus(-4)) / 4));
  CHECK(weighted.metric(find_metric("accuracy")) == 1);
}

TEST_CASE("Evaluation: counts are judged by their expected value") {
  Model model = binary_model();
  model.loss = "poisson";
  model.labels.clear();
  const Predictor predictor(model);
  Evaluation evaluation(predictor);
  evaluation.add(small_data({std::exp(1.0)}, 2));
  CHECK(evaluation.metric(find_metric("rmse")) == doctest::Approx(0).epsilon(1e-12));
  CHECK(evaluation.loss() == doctest::Approx(std::exp(1.0) - std::exp(1.0)));
}

TEST_CASE("Predictor: one against the rest scales the sigmoids and adds the losses") {
  Model model = binary_model();
  model.labels = {1, 2};
  model.outputs = 2;
  model.weights = {1, -1, 0, 0};
  model.bias = {0, 0};
  const Predictor predictor(model);
  CHECK(predictor.one_vs_rest());
  const double z[] = {1, -1};
  double p[2];
  predictor.probabilities(z, p);
  const double up = 1 / (1 + std::exp(-1.0)), down = 1 / (1 + std::exp(1.0));
  CHECK(p[0] == doctest::Approx(up / (up + down)));
  CHECK(p[0] + p[1] == doctest::Approx(1));
  CHECK(predictor.loss_at(z, 0) == doctest::Approx(2 * softplus(-1)));
  CHECK(predictor.label(z) == 1);
}

TEST_CASE("Predictor: models that contradict themselves are refused") {
  Model model = binary_model();
  model.loss = "no-such-loss";
  CHECK_THROWS_AS(Predictor{model}, DataError);
  model = binary_model();
  model.labels.clear();
  CHECK_THROWS_AS(Predictor{model}, DataError);
  model = binary_model();
  model.loss = "squared";
  CHECK_THROWS_AS(Predictor{model}, DataError);
}

TEST_CASE("Validation: fills the row, refuses metrics that do not fit") {
  const Dataset train = small_data({1, -1, 1, -1}, 2), valid = small_data({1, 1, -1}, 3);
  const auto logistic = loss::make("logistic"), hinge = loss::make("hinge");
  const Problem problem(train, *logistic, {});
  Validation validation(valid, problem, binary_model(), find_metric("accuracy"));
  TraceRow row;
  validation(std::vector<double>{1, -1}, row);
  CHECK(row.valid_loss == doctest::Approx((softplus(-1) + softplus(2) + softplus(0)) / 3));
  CHECK(row.valid_metric == doctest::Approx(2.0 / 3));
  validation(std::vector<double>{1, 1}, row);
  CHECK(row.valid_metric == 1);

  CHECK_THROWS_AS(Validation(valid, problem, binary_model(), find_metric("rmse")), UsageError);
  Model hinged = binary_model();
  hinged.loss = "hinge";
  CHECK_THROWS_AS(Validation(valid, Problem(train, *hinge, {}), hinged, find_metric("log-loss")), UsageError);
  CHECK_THROWS_WITH_AS(find_metric("acuracy"), doctest::Contains("did you mean 'accuracy'?"), UsageError);
}
