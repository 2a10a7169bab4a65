#include "sparselearn/penalty/penalty.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "sparselearn/base/random.hpp"

using namespace sparselearn;

namespace {

std::vector<double> random_weights(std::size_t count, Random& random) {
  std::vector<double> w(count);
  for (double& v : w) v = random.below(3) == 0 ? 0.0 : 8 * random.uniform() - 4;
  return w;
}

}  // namespace

TEST_CASE("penalty_value is l1 |w|_1 + (l2/2) |w|_2^2") {
  Random random(1);
  for (const std::size_t count : std::vector<std::size_t>{0, 1, 7, 8, 9, 255, 256, 257, 5000}) {
    const auto w = random_weights(count, random);
    long double absolute = 0, squares = 0;
    for (const double v : w) {
      absolute += std::abs(v);
      squares += static_cast<long double>(v) * v;
    }
    for (const Penalty penalty : {Penalty{0, 0}, {0.3, 0}, {0, 0.7}, {0.3, 0.7}}) {
      CAPTURE(count);
      const double expected = static_cast<double>(penalty.l1 * absolute + penalty.l2 / 2 * squares);
      CHECK(penalty_value(penalty, w) == doctest::Approx(expected).epsilon(1e-14));
    }
  }
}

TEST_CASE("penalty_value sums in eight lanes, whatever the compiler makes of it") {
  Random random(2);
  const auto w = random_weights(1003, random);
  double lane[8] = {};
  for (std::size_t j = 0; j < w.size(); ++j) lane[j % 8] += w[j] * w[j];
  CHECK(penalty_value({0, 2}, w) ==
        ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7])));
}

TEST_CASE("penalty_value: a penalty that is off ignores weights that overflowed") {
  const std::vector<double> w{1e200, 2};
  CHECK(penalty_value({0.5, 0}, w) == 0.5e200);
  CHECK(penalty_value({0, 1}, w) == std::numeric_limits<double>::infinity());
  CHECK(penalty_value({0, 0}, w) == 0);
}

TEST_CASE("soft_threshold minimises t |x| + (x - v)^2 / 2") {
  Random random(3);
  for (int k = 0; k < 3000; ++k) {
    const double v = 6 * random.uniform() - 3, t = k % 10 == 0 ? 0 : 2 * random.uniform();
    CAPTURE(v);
    CAPTURE(t);
    const auto cost = [&](double x) { return t * std::abs(x) + (x - v) * (x - v) / 2; };
    const double x = soft_threshold(v, t);
    // Strongly convex with modulus 1: any other point costs at least half its squared distance more.
    for (const double other : {0.0, v, x + 0.1, x - 0.1, x + 1e-3, x - 1e-3, 4 * random.uniform() - 2})
      CHECK(cost(other) >= cost(x) + (other - x) * (other - x) / 2 - 1e-14);
  }
  CHECK(soft_threshold(2, 0.5) == 1.5);
  CHECK(soft_threshold(-2, 0.5) == -1.5);
  CHECK(soft_threshold(0.5, 0.5) == 0);
  CHECK(soft_threshold(-0.5, 0.5) == 0);
}

TEST_CASE("projected_gradient is the shortest subgradient, and zero exactly at the minimiser") {
  Random random(4);
  for (int k = 0; k < 3000; ++k) {
    const double g = 4 * random.uniform() - 2, l1 = k % 10 == 0 ? 0 : random.uniform();
    const double w = k % 3 == 0 ? 0 : 2 * random.uniform() - 1;
    double shortest =
        std::numeric_limits<double>::infinity();  // over the subdifferential g + l1 [-1, 1] or g +- l1
    const int from = w > 0 ? 1000 : -1000, to = w < 0 ? -1000 : 1000;
    for (int s = from; s <= to; ++s) {
      const double subgradient = g + l1 * (s / 1000.0);
      if (std::abs(subgradient) < std::abs(shortest)) shortest = subgradient;
    }
    CAPTURE(w);
    CAPTURE(g);
    CAPTURE(l1);
    CHECK(std::abs(projected_gradient(w, g, l1) - shortest) <= 1e-3 * l1 + 1e-15);
    CHECK(std::abs(projected_gradient(w, g, l1)) <= std::abs(shortest) + 1e-15);
  }
  CHECK(projected_gradient(1, -0.5, 0.5) == 0);
  CHECK(projected_gradient(-1, 0.5, 0.5) == 0);
  CHECK(projected_gradient(0, 0.4, 0.5) == 0);
}

TEST_CASE("soft_threshold: a NaN is not hidden as a zero") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(soft_threshold(nan, 0)));
  CHECK(std::isnan(soft_threshold(nan, 1)));
  CHECK(soft_threshold(0.5, 1) == 0);
}

TEST_CASE("soft_threshold: what becomes 0 is +0, so that bits do not depend on where it came from") {
  for (const double v : {0.5, -0.5, 0.0, -0.0})
    for (const double t : {0.5, 1.0}) CHECK(!std::signbit(soft_threshold(v, t)));
  CHECK(!std::signbit(soft_threshold(-0.0, 0)));
}
