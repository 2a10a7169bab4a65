#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "cases.hpp"
#include "sparselearn/base/random.hpp"

using namespace sparselearn;

namespace {

// Straight from the definition, in extended precision.
struct Oracle {
  std::vector<long double> p, t;
  long double value = 0;

  Oracle(const std::vector<double>& z, double y, double smoothing) : p(z.size()), t(z.size()) {
    const std::size_t classes = z.size();
    long double total = 0;
    for (const double score : z) total += expl(static_cast<long double>(score));
    for (std::size_t k = 0; k < classes; ++k) {
      p[k] = expl(static_cast<long double>(z[k])) / total;
      t[k] = (static_cast<double>(k) == y ? 1 - static_cast<long double>(smoothing) : 0) +
             static_cast<long double>(smoothing) / static_cast<long double>(classes);
      value -= t[k] * logl(p[k]);
    }
  }
};

std::vector<double> random_scores(std::size_t classes, double width, Random& random) {
  std::vector<double> z(classes);
  for (double& score : z) score = width * (2 * random.uniform() - 1);
  return z;
}

template <class Check>
void for_each_case(const Check& check) {
  Random random(41);
  for (const std::size_t classes : std::vector<std::size_t>{2, 3, 8, 20, 64, 65, 300})
    for (const double smoothing : {0.0, 0.1, 0.9})
      for (const double width : {0.1, 3.0, 300.0})
        for (int k = 0; k < 10; ++k) {
          const auto softmax = loss::make("softmax", {.label_smoothing = smoothing, .classes = classes});
          const double y = static_cast<double>(random.below(classes));
          CAPTURE(classes);
          CAPTURE(smoothing);
          CAPTURE(width);
          check(*softmax, random_scores(classes, width, random), y, smoothing, random);
        }
}

}  // namespace

TEST_CASE("softmax: value, gradient and probabilities against the definition in extended precision") {
  for_each_case([](const Loss& softmax, const std::vector<double>& z, double y, double smoothing, Random&) {
    const Oracle oracle(z, y, smoothing);
    std::vector<double> g(z.size()), p(z.size());
    const double value = softmax.gradient_at(z.data(), y, g.data());
    CHECK(value == softmax.value_at(z.data(), y));
    CHECK(std::abs(static_cast<double>(value - oracle.value)) <= 1e-14 * (1 + std::abs(value)));
    softmax.probabilities_at(z.data(), p.data());
    const double spread = *std::max_element(z.begin(), z.end()) - *std::min_element(z.begin(), z.end());
    const double relative =
        2e-15 + 1.2e-16 * spread;  // the rounding of z - max(z) is an absolute error of the exponent
    for (std::size_t k = 0; k < z.size(); ++k) {
      CHECK(std::abs(static_cast<double>(p[k] - oracle.p[k])) <= relative * p[k]);
      CHECK(std::abs(static_cast<double>(g[k] - (oracle.p[k] - oracle.t[k]))) <= 1e-15);
    }
  });
}

TEST_CASE("softmax: the Hessian product against its definition, symmetric, at most 1/2") {
  for_each_case(
      [](const Loss& softmax, const std::vector<double>& z, double y, double smoothing, Random& random) {
        const Oracle oracle(z, y, smoothing);
        const auto u = random_scores(z.size(), 1, random), v = random_scores(z.size(), 1, random);
        std::vector<double> hu(z.size()), hv(z.size());
        softmax.curvature_product_at(z.data(), y, u.data(), hu.data());
        softmax.curvature_product_at(z.data(), y, v.data(), hv.data());
        double vhu = 0, uhv = 0, uhu = 0, uu = 0;
        for (std::size_t k = 0; k < z.size(); ++k) {
          long double exact = 0;
          for (std::size_t j = 0; j < z.size(); ++j)
            exact += oracle.p[k] * ((k == j ? 1 : 0) - oracle.p[j]) * u[j];
          CHECK(std::abs(static_cast<double>(hu[k] - exact)) <= 1e-15 * static_cast<double>(z.size()));
          vhu += v[k] * hu[k];
          uhv += u[k] * hv[k];
          uhu += u[k] * hu[k];
          uu += u[k] * u[k];
        }
        CHECK(std::abs(vhu - uhv) <= 1e-14);
        CHECK(uhu >= -1e-15);
        CHECK(uhu <= softmax.curvature_bound() * uu);
      });
  // The bound is reached by two classes of equal probability.
  const auto two = loss::make("softmax");
  const double z[] = {0, 0}, u[] = {1, -1};
  double out[2];
  two->curvature_product_at(z, 0, u, out);
  CHECK((out[0] - out[1]) / 2 == doctest::Approx(0.5));
}

TEST_CASE("softmax: the gradient matches central differences of the value") {
  for_each_case([](const Loss& softmax, std::vector<double> z, double y, double, Random& random) {
    std::vector<double> g(z.size());
    softmax.gradient_at(z.data(), y, g.data());
    const std::size_t k = random.below(z.size());
    const double h = 1e-5, centre = z[k];
    z[k] = centre + h;
    const double above = softmax.value_at(z.data(), y);
    z[k] = centre - h;
    const double below = softmax.value_at(z.data(), y);
    CHECK(g[k] == doctest::Approx((above - below) / (2 * h)).epsilon(1e-4).scale(1e-4));
  });
}

TEST_CASE("softmax: Fenchel-Young with equality at the gradient, an inequality elsewhere") {
  for_each_case([](const Loss& softmax, const std::vector<double>& z, double y, double, Random& random) {
    std::vector<double> u(z.size());
    const auto inner = [&](const std::vector<double>& scores) {
      long double sum = 0;
      for (std::size_t k = 0; k < z.size(); ++k) sum += static_cast<long double>(u[k]) * scores[k];
      return static_cast<double>(sum);
    };
    const double value = softmax.gradient_at(z.data(), y, u.data());
    const double conjugate = softmax.conjugate_at(u.data(), y);
    CHECK(std::abs(value + conjugate - inner(z)) <= 1e-11 * (1 + value));
    const auto other = random_scores(z.size(), 3, random);
    CHECK(softmax.value_at(other.data(), y) + conjugate >= inner(other) - 1e-11);
    u[0] += 0.01;
    CHECK(softmax.conjugate_at(u.data(), y) == Loss::infinite);
    u[1] -= 2;
    u[0] += 1.99;
    CHECK(softmax.conjugate_at(u.data(), y) == Loss::infinite);
  });
}

TEST_CASE("softmax: with two classes it is the logistic loss of the difference") {
  const auto logistic = loss::make("logistic"), softmax = loss::make("softmax");
  for (const double z : {-40.0, -2.0, 0.0, 0.7, 35.0}) {
    const double scores[] = {0.3, 0.3 + z};
    CHECK(softmax->value_at(scores, 1) == doctest::Approx(logistic->value(z, 1)).epsilon(1e-13));
    CHECK(softmax->value_at(scores, 0) == doctest::Approx(logistic->value(z, -1)).epsilon(1e-13));
  }
}

TEST_CASE("softmax: no NaN at extreme scores") {
  for (const double smoothing : {0.0, 0.2}) {
    const auto softmax = loss::make("softmax", {.label_smoothing = smoothing, .classes = 3});
    for (const std::vector<double>& z : {std::vector<double>{1e300, -1e300, 0},
                                         {-1e300, -1e300, -1e300},
                                         {1e300, 1e300, 1e300},
                                         {1e308, -1e308, -1e308}})
      for (const double y : {0.0, 1.0, 2.0}) {
        std::vector<double> g(3), p(3), product(3);
        const double value = softmax->gradient_at(z.data(), y, g.data());
        CHECK_FALSE(std::isnan(value));
        CHECK(value >= 0);
        softmax->probabilities_at(z.data(), p.data());
        softmax->curvature_product_at(z.data(), y, p.data(), product.data());
        double total = 0;
        for (std::size_t k = 0; k < 3; ++k) {
          CHECK(std::abs(g[k]) <= 1);
          CHECK_FALSE(std::isnan(product[k]));
          total += p[k];
        }
        CHECK(total == doctest::Approx(1));
      }
  }
}

TEST_CASE("softmax: the functions of one score say that there are several") {
  const auto softmax = loss::make("softmax");
  std::vector<double> one(1);
  CHECK_THROWS_AS(softmax->value(0, 0), std::logic_error);
  CHECK_THROWS_AS(softmax->derivative(0, 0), std::logic_error);
  CHECK_THROWS_AS(softmax->second_derivative(0, 0), std::logic_error);
  CHECK_THROWS_AS(softmax->gradients(one, one, {}, one), std::logic_error);
  CHECK_THROWS_AS(softmax->values(one, one, {}), std::logic_error);
  CHECK_THROWS_AS(softmax->second_derivatives(one, one, {}, one), std::logic_error);
  CHECK_THROWS_AS(softmax->conjugate(0, 0), std::logic_error);
  CHECK_THROWS_AS(softmax->conjugate_domain(0), std::logic_error);
  CHECK_THROWS_AS(softmax->dual_step(0, 0, 0, 1), std::logic_error);
}
