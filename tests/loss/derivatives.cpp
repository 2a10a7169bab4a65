#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "cases.hpp"
#include "sparselearn/base/random.hpp"

using namespace sparselearn;

namespace {

// Points on both sides of every kink, close and far, and around the label.
std::vector<double> points(const Loss& loss, double y) {
  std::vector<double> z{-30, -12.3, -4.7, -1.7, -0.2, 0, 0.3, 0.55, 2.1, 6.4, 13.9, 30};
  for (const double kink : loss.kinks(y))
    for (const double away : {1e-3, 0.04, 0.7})
      for (const double side : {-1.0, 1.0}) z.push_back(kink + side * away);
  return z;
}

bool near_kink(const Loss& loss, double y, double z, double reach) {
  const auto kinks = loss.kinks(y);
  return std::any_of(kinks.begin(), kinks.end(), [&](double k) { return std::abs(z - k) <= reach; });
}

// Calls check(loss, y, z, h) for all points at least 2 h away from the kinks.
template <class Check>
void for_each_point(const Check& check) {
  for (const auto& loss : scalar_losses())
    for (const double y : loss->sample_labels())
      for (const double z : points(*loss, y)) {
        const double h = 2e-5 * std::max(1.0, std::abs(z));
        CAPTURE(loss->name());
        CAPTURE(y);
        CAPTURE(z);
        if (!near_kink(*loss, y, z, 2 * h)) check(*loss, y, z, h);
      }
}

// Central difference of fourth order.
template <class F>
double difference(const F& f, double z, double h) {
  return (8 * (f(z + h) - f(z - h)) - (f(z + 2 * h) - f(z - 2 * h))) / (12 * h);
}

}  // namespace

TEST_CASE("every loss: the derivative matches central differences on both sides of each kink") {
  for_each_point([](const Loss& loss, double y, double z, double h) {
    const auto value = [&](double at) { return loss.value(at, y); };
    const double scale = std::max(std::abs(loss.derivative(z, y)), std::abs(loss.value(z, y)) * 1e-3) + 1e-5;
    CHECK(std::abs(loss.derivative(z, y) - difference(value, z, h)) <= 1e-7 * scale);
  });
}

TEST_CASE("every loss: the second derivative matches central differences of the derivative") {
  for_each_point([](const Loss& loss, double y, double z, double h) {
    const auto derivative = [&](double at) { return loss.derivative(at, y); };
    const double scale =
        std::max(std::abs(loss.second_derivative(z, y)), std::abs(loss.derivative(z, y)) * 1e-3) + 1e-5;
    CHECK(std::abs(loss.second_derivative(z, y) - difference(derivative, z, h)) <= 1e-7 * scale);
  });
}

TEST_CASE("every loss: at a kink the derivative lies between its two sides") {
  for (const auto& loss : scalar_losses())
    for (const double y : loss->sample_labels())
      for (const double kink : loss->kinks(y)) {
        CAPTURE(loss->name());
        CAPTURE(y);
        CHECK(loss->derivative(kink, y) >= loss->derivative(kink - 1e-9, y) - 1e-7);
        CHECK(loss->derivative(kink, y) <= loss->derivative(kink + 1e-9, y) + 1e-7);
      }
}

TEST_CASE("non-smooth losses take the documented subgradient, 0, at the kink") {
  for (const char* name : {"hinge", "absolute", "quantile"}) {
    const auto loss = loss::make(name, {.epsilon_insensitive = 0.25, .quantile = 0.3});
    for (const double y : loss->sample_labels())
      for (const double kink : loss->kinks(y)) CHECK(loss->derivative(kink, y) == 0);
  }
}

TEST_CASE("every loss: convex, curvature within its bound and the bound reached") {
  Random random(7);
  for (const auto& loss : scalar_losses()) {
    CAPTURE(loss->name());
    double largest = 0;
    for (const double y : loss->sample_labels())
      for (int k = 0; k < 4000; ++k) {
        const double z = k == 0 ? 0 : 40 * random.uniform() - 20;
        const double curvature = loss->second_derivative(z, y);
        CHECK(curvature >= 0);
        CHECK(curvature <= loss->curvature_bound());
        largest = std::max(largest, curvature);
        // The bound is one on the slope of the derivative, across kinks of it too.
        const double other = 40 * random.uniform() - 20;
        const double rise = (loss->derivative(other, y) - loss->derivative(z, y)) * (other - z);
        CHECK(rise >= 0);
        if (loss->smooth()) CHECK(rise <= loss->curvature_bound() * (other - z) * (other - z) * (1 + 1e-12));
      }
    if (loss->smooth()) CHECK(largest >= 0.99 * loss->curvature_bound());
  }
}

TEST_CASE("every loss: differentiable() tells kinks of the value from continuous derivatives") {
  for (const auto& loss : scalar_losses()) {
    CAPTURE(loss->name());
    double largest_jump = 0;
    for (const double y : loss->sample_labels())
      for (const double kink : loss->kinks(y))
        largest_jump = std::max(
            largest_jump, std::abs(loss->derivative(kink + 1e-9, y) - loss->derivative(kink - 1e-9, y)));
    CHECK(loss->differentiable() == (largest_jump < 1e-6));
    if (loss->smooth()) CHECK(loss->differentiable());
  }
}

TEST_CASE("the formulas are the documented ones") {
  const double m = 0.3;
  for (const double y : {-1.0, 1.0}) {
    CHECK(loss::make("logistic")->value(y * m, y) ==
          doctest::Approx(std::log(1 + std::exp(-m))).epsilon(1e-15));
    CHECK(loss::make("hinge")->value(y * m, y) == doctest::Approx(0.7).epsilon(1e-15));
    CHECK(loss::make("squared-hinge")->value(y * m, y) == doctest::Approx(0.49).epsilon(1e-15));
    CHECK(loss::make("exponential")->value(y * m, y) == doctest::Approx(std::exp(-m)).epsilon(1e-15));
    CHECK(loss::make("smoothed-hinge", {.hinge_smoothing = 2})->value(y * m, y) ==
          doctest::Approx(0.49 / 4).epsilon(1e-15));
    CHECK(loss::make("smoothed-hinge", {.hinge_smoothing = 0.5})->value(y * m, y) ==
          doctest::Approx(0.7 - 0.25).epsilon(1e-15));
    // Cross-entropy of the smoothed label (0.9, 0.1) against (sigmoid(m), 1 - sigmoid(m)).
    CHECK(loss::make("logistic", {.label_smoothing = 0.2})->value(y * m, y) ==
          doctest::Approx(0.9 * std::log1p(std::exp(-m)) + 0.1 * std::log1p(std::exp(m))).epsilon(1e-14));
  }
  CHECK(loss::make("squared")->value(3, 1) == 2);
  CHECK(loss::make("absolute")->value(3, 1) == 2);
  CHECK(loss::make("absolute", {.epsilon_insensitive = 0.5})->value(-1, 1) == 1.5);
  CHECK(loss::make("huber")->value(1.5, 1) == 0.125);
  CHECK(loss::make("huber")->value(-2, 1) == 2.5);
  CHECK(loss::make("quantile", {.quantile = 0.25})->value(3, 1) == 1.5);
  CHECK(loss::make("quantile", {.quantile = 0.25})->value(-3, 1) == 1);
  CHECK(loss::make("poisson")->value(0.5, 4) == doctest::Approx(std::exp(0.5) - 2).epsilon(1e-15));
}

TEST_CASE("links: probabilities where there is one, NaN elsewhere") {
  for (const double z : {-3.0, 0.0, 0.4, 50.0}) {
    CHECK(loss::make("logistic")->probability(z) == doctest::Approx(1 / (1 + std::exp(-z))).epsilon(1e-14));
    CHECK(loss::make("exponential")->probability(z) ==
          doctest::Approx(1 / (1 + std::exp(-2 * z))).epsilon(1e-14));
    for (const char* name : {"hinge", "squared-hinge", "smoothed-hinge", "squared", "poisson", "huber"})
      CHECK(std::isnan(loss::make(name)->probability(z)));
  }
  // The exponential loss's link is where the expected loss p exp(-z) + (1 - p) exp(z) is least.
  const auto exponential = loss::make("exponential");
  const double p = 0.83, z = 0.5 * std::log(p / (1 - p));
  CHECK(std::abs(p * exponential->derivative(z, 1) + (1 - p) * exponential->derivative(z, -1)) < 1e-15);
  CHECK(exponential->probability(z) == doctest::Approx(p).epsilon(1e-14));
}
