#include "sparselearn/model/model.hpp"

#include <doctest/doctest.h>

#include <array>

#include "model/sample_models.hpp"

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

TEST_CASE("Model::nonzeros counts weights") {
  CHECK(extreme_model().nonzeros() == 6);
  CHECK(class_model().nonzeros() == 5);
}
