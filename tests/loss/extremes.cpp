#include <doctest/doctest.h>

#include <cmath>

#include "cases.hpp"

using namespace sparselearn;

TEST_CASE("every loss: no NaN for scores up to 1e300, and finite where the exact value is") {
  for (const auto& loss : scalar_losses())
    for (const double y : loss->sample_labels())
      for (const double size : {0.0, 1e-300, 1e-10, 36.7, 709.0, 746.0, 1e5, 1e100, 1e300})
        for (const double z : {-size, size}) {
          CAPTURE(loss->name());
          CAPTURE(y);
          CAPTURE(z);
          const double value = loss->value(z, y), slope = loss->derivative(z, y);
          const double curvature = loss->second_derivative(z, y);
          CHECK_FALSE(std::isnan(value));
          CHECK_FALSE(std::isnan(slope));
          CHECK_FALSE(std::isnan(curvature));
          const bool grows_linearly = loss->curvature_bound() <= 1 / 0.1 &&
                                      loss->conjugate_domain(y).lower > -10 &&
                                      loss->conjugate_domain(y).upper < 10;
          if (grows_linearly) {  // slope bounded: value at most slope * |z - z0|
            CHECK(std::isfinite(value));
            CHECK(std::abs(slope) <= 10);
          }
        }
}

TEST_CASE("logistic: exact tails") {
  const auto logistic = loss::make("logistic");
  CHECK(logistic->value(1e300, 1) == 0);
  CHECK(logistic->value(-1e300, 1) == 1e300);
  CHECK(logistic->derivative(-1e300, 1) == -1);
  CHECK(logistic->derivative(1e300, 1) == 0);
  CHECK(logistic->value(50, 1) == doctest::Approx(std::exp(-50.0)).epsilon(1e-14));
  CHECK(logistic->derivative(50, 1) == doctest::Approx(-std::exp(-50.0)).epsilon(1e-14));
  CHECK(logistic->second_derivative(50, 1) == doctest::Approx(std::exp(-50.0)).epsilon(1e-14));
  CHECK(logistic->value(700, 1) > 0);
}
