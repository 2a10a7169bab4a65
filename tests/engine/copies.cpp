// A row of weight k counts like k copies of it, in everything the objective tells.
#include "support/copies.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sparselearn/engine/dual_bound.hpp"
#include "sparselearn/engine/objective.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

// Up to the order of the sums.
void check_same(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t j = 0; j < a.size(); ++j) CHECK(std::abs(a[j] - b[j]) <= 1e-13 * (1 + std::abs(a[j])));
}

std::vector<double> random_vector(std::size_t size, Random& random) {
  std::vector<double> v(size);
  for (double& x : v) x = 2 * random.uniform() - 1;
  return v;
}

}  // namespace

TEST_CASE("every loss: weight k is k copies in value, gradient, Hessian product and diagonal") {
  Random random(2);
  for (const loss::Info& info : loss::all())
    for (const bool intercept : {false, true}) {
      const auto loss = info.make({});
      CAPTURE(info.name);
      CAPTURE(intercept);
      const WeightsAndCopies data({}, loss->sample_labels());
      REQUIRE(data.weighted.total_weight() == static_cast<double>(data.copied.rows()));
      const Problem one(data.weighted, *loss, {0.1, 0.2}, intercept),
          other(data.copied, *loss, {0.1, 0.2}, intercept);
      Objective a(one), b(other);
      const std::size_t size = one.dimension();
      const std::vector<double> w = random_vector(size, random), v = random_vector(size, random);
      std::vector<double> x(size), y(size);
      const auto value_a = a.value_and_gradient(w, x), value_b = b.value_and_gradient(w, y);
      CHECK(value_a.total == doctest::Approx(value_b.total).epsilon(1e-13));
      CHECK(value_a.data_loss == doctest::Approx(value_b.data_loss).epsilon(1e-13));
      check_same(x, y);
      a.hessian_product(v, x);
      b.hessian_product(v, y);
      check_same(x, y);
      a.hessian_diagonal(x);
      b.hessian_diagonal(y);
      check_same(x, y);
    }
}

TEST_CASE("every loss: weight k is k copies in the dual bound") {
  for (const loss::Info& info : loss::all()) {
    const auto loss = info.make({});
    CAPTURE(info.name);
    const WeightsAndCopies data({}, loss->sample_labels());
    const Problem one(data.weighted, *loss, {0, 0.2}), other(data.copied, *loss, {0, 0.2});
    if (!DualBound::exists(one)) continue;
    const std::vector<double> w(one.dimension());
    double bounds[2];
    for (const Problem* problem : {&one, &other}) {
      Objective objective(*problem);
      DualBound bound(*problem);
      std::vector<double> gradient(w.size());
      objective.value_and_gradient(w, gradient);
      bound.offer_primal(objective, w, gradient);
      bounds[problem == &one ? 0 : 1] = bound.best();
    }
    CHECK(bounds[0] == doctest::Approx(bounds[1]).epsilon(1e-12));
  }
}
