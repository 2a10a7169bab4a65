#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "cases.hpp"
#include "sparselearn/base/random.hpp"

using namespace sparselearn;

namespace {

template <class Check>
void for_each_conjugate(const Check& check) {
  for (const auto& loss : scalar_losses()) {
    if (!loss->has_conjugate()) continue;
    for (const double y : loss->sample_labels()) {
      CAPTURE(loss->name());
      CAPTURE(y);
      check(*loss, y);
    }
  }
}

// A point of the conjugate's domain, its unbounded sides cut at 5.
double point_of_domain(const Loss& loss, double y, Random& random) {
  const auto [lower, upper] = loss.conjugate_domain(y);
  const double from = std::max(lower, -5.0 - std::abs(y)), to = std::min(upper, 5.0 + std::abs(y));
  return from + (to - from) * random.uniform();
}

}  // namespace

TEST_CASE("conjugates: every scalar loss has one") {
  for (const auto& loss : scalar_losses()) CHECK(loss->has_conjugate());
}

TEST_CASE("conjugates: Fenchel-Young holds with equality at u = loss'(z)") {
  Random random(11);
  for_each_conjugate([&](const Loss& loss, double y) {
    std::vector<double> points{0, 0.5, 1, -1, y};
    for (const double kink : loss.kinks(y)) points.push_back(kink);
    for (int k = 0; k < 300; ++k) points.push_back(16 * random.uniform() - 8);
    for (const double z : points) {
      CAPTURE(z);
      const double u = loss.derivative(z, y);
      const auto [lower, upper] = loss.conjugate_domain(y);
      CHECK(u >= lower);
      CHECK(u <= upper);
      const double sum = loss.value(z, y) + loss.conjugate(u, y);
      CHECK(std::abs(sum - u * z) <= 4e-14 * (1 + std::abs(u * z) + std::abs(loss.value(z, y))));
    }
  });
}

TEST_CASE("conjugates: Fenchel-Young holds as an inequality elsewhere") {
  Random random(12);
  for_each_conjugate([&](const Loss& loss, double y) {
    for (int k = 0; k < 1000; ++k) {
      const double z = 20 * random.uniform() - 10, u = point_of_domain(loss, y, random);
      CAPTURE(z);
      CAPTURE(u);
      const double conjugate = loss.conjugate(u, y);
      CHECK(std::isfinite(conjugate));
      CHECK(loss.value(z, y) + conjugate >= u * z - 1e-12 * (1 + std::abs(u * z)));
    }
  });
}

TEST_CASE("conjugates: no less than the supremum, sought on a grid") {
  Random random(13);
  for_each_conjugate([&](const Loss& loss, double y) {
    for (int k = 0; k < 20; ++k) {
      const double u = point_of_domain(loss, y, random);
      double best = -Loss::infinite;
      for (int j = -40000; j <= 40000; ++j) {
        const double z = j * 1e-3;
        best = std::max(best, u * z - loss.value(z, y));
      }
      CAPTURE(u);
      CHECK(loss.conjugate(u, y) == doctest::Approx(best).epsilon(1e-5));
    }
  });
}

TEST_CASE("conjugates: finite on the edges of the domain, infinite outside") {
  for_each_conjugate([](const Loss& loss, double y) {
    const auto [lower, upper] = loss.conjugate_domain(y);
    CHECK(lower < upper);
    if (std::isfinite(lower)) {
      CHECK(std::isfinite(loss.conjugate(lower, y)));
      CHECK(loss.conjugate(lower - 1e-9, y) == Loss::infinite);
      CHECK(loss.conjugate(lower + 1e-7, y) == doctest::Approx(loss.conjugate(lower, y)).epsilon(1e-4));
    }
    if (std::isfinite(upper)) {
      CHECK(std::isfinite(loss.conjugate(upper, y)));
      CHECK(loss.conjugate(upper + 1e-9, y) == Loss::infinite);
      CHECK(loss.conjugate(upper - 1e-7, y) == doctest::Approx(loss.conjugate(upper, y)).epsilon(1e-4));
    }
  });
}
