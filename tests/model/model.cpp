#include "sparselearn/model/model.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "model/sample_models.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/model/predictor.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

TEST_CASE("Model::score: sums in all outputs, features beyond the width are counted") {
  const Model model = class_model();
  const std::array<std::uint32_t, 4> index{0, 2, 3, 900};
  const std::array<float, 4> value{2, 0.5F, 100, 100};
  std::array<double, 3> z{};
  CHECK(model.score({index.data(), value.data(), 4}, z.data()) == 2);
  CHECK(z == std::array<double, 3>{0.5, 0.5, 0.0625});
  CHECK(model.score({index.data(), nullptr, 2}, z.data()) == 0);  // no values: all 1
  CHECK(z == std::array<double, 3>{-0.5, 1.75, 0.125});
  CHECK(model.score({nullptr, nullptr, 0}, z.data()) == 0);
  CHECK(z == std::array<double, 3>{0, 0, 0});
}

TEST_CASE("Model::label_of: the larger label iff z > 0, the first of equal classes, the score itself") {
  Model binary = extreme_model();
  binary.labels = {3, 7};
  const double positive = 1e-300, zero = 0, negative = -2;
  CHECK(binary.label_of(&positive) == 7);
  CHECK(binary.label_of(&zero) == 3);
  CHECK(binary.label_of(&negative) == 3);
  const std::array<double, 3> equal{1, 2, 2};
  CHECK(class_model().label_of(equal.data()) == 2);
  CHECK(regression_model().label_of(&negative) == -2);
}

TEST_CASE("Model::add_labels_of: those of positive scores, ascending, or none") {
  std::vector<double> labels;
  const std::array<double, 3> some{1e-300, 0, 2}, none{-1, 0, -0.0};
  multilabel_model().add_labels_of(some.data(), labels);
  multilabel_model().add_labels_of(none.data(), labels);
  CHECK(labels == std::vector<double>{1, 5});
}

TEST_CASE("Predictor: each label of a multilabel model has a probability of its own, and a loss") {
  const Model model = multilabel_model();
  const Predictor predictor(model);
  CHECK_FALSE(predictor.one_vs_rest());
  const std::array<double, 3> z{0, 2, -1};
  std::array<double, 3> p{};
  predictor.probabilities(z.data(), p.data());
  for (std::size_t c = 0; c < 3; ++c)
    CHECK(p[c] == doctest::Approx(1 / (1 + std::exp(-z[c]))).epsilon(1e-12));
  const auto softplus = [](double x) { return std::log1p(std::exp(x)); };
  const std::vector<std::uint32_t> has{0, 2};
  CHECK(predictor.loss_at(z.data(), has) == doctest::Approx(softplus(0) + softplus(2) + softplus(1)));
  CHECK(predictor.loss_at(z.data(), std::vector<std::uint32_t>{}) ==
        doctest::Approx(softplus(0) + softplus(2) + softplus(-1)));
  Model softmax = class_model();
  softmax.multilabel = true;
  CHECK_THROWS_AS(Predictor{softmax}, DataError);
}

TEST_CASE("Model::nonzeros counts weights") {
  CHECK(extreme_model().nonzeros() == 6);
  CHECK(class_model().nonzeros() == 5);
}
