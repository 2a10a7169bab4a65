#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "cases.hpp"
#include "sparselearn/base/random.hpp"

using namespace sparselearn;

namespace {

// What a dual step maximises, in extended precision where that is cheap.
long double gain(const Loss& loss, double alpha, double z, double y, double q, double target) {
  const long double delta = static_cast<long double>(target) - alpha;
  return -static_cast<long double>(loss.conjugate(-target, y)) - z * delta - 0.5L * q * delta * delta;
}

struct Interval {
  double low, high;
};

// The domain of alpha, its unbounded sides cut where the maximum cannot be.
Interval domain_of_alpha(const Loss& loss, double y, double reach) {
  const auto u = loss.conjugate_domain(y);
  return {std::max(-u.upper, -reach), std::min(-u.lower, reach)};
}

// Golden-section search for the new alpha.
double best_alpha(const Loss& loss, double alpha, double z, double y, double q, Interval range) {
  const double ratio = (std::sqrt(5.0) - 1) / 2;
  for (int k = 0; k < 200; ++k) {
    const double left = range.high - ratio * (range.high - range.low);
    const double right = range.low + ratio * (range.high - range.low);
    if (gain(loss, alpha, z, y, q, left) < gain(loss, alpha, z, y, q, right))
      range.low = left;
    else
      range.high = right;
  }
  return 0.5 * (range.low + range.high);
}

double point_in(Interval range, Random& random) {
  const double t = random.uniform();
  if (t < 0.1) return range.low;
  if (t < 0.2) return range.high;
  return range.low + (range.high - range.low) * random.uniform();
}

template <class Check>
void for_each_step(int repeats, const Check& check) {
  Random random(21);
  for (const auto& loss : scalar_losses())
    for (const double y : loss->sample_labels())
      for (int k = 0; k < repeats; ++k) {
        const double alpha = point_in(domain_of_alpha(*loss, y, 3), random);
        const double z = 16 * random.uniform() - 8;
        const double q = k % 20 == 0 ? 0 : std::pow(10.0, 9 * random.uniform() - 4);
        CAPTURE(loss->name());
        CAPTURE(y);
        CAPTURE(alpha);
        CAPTURE(z);
        CAPTURE(q);
        check(*loss, alpha, z, y, q);
      }
}

}  // namespace

TEST_CASE("dual steps: no point of the domain, found by golden-section search, is better") {
  for_each_step(150, [](const Loss& loss, double alpha, double z, double y, double q) {
    const double target = alpha + loss.dual_step(alpha, z, y, q);
    const double sought = best_alpha(loss, alpha, z, y, q, domain_of_alpha(loss, y, 1e5));
    const long double reached = gain(loss, alpha, z, y, q, target), best = gain(loss, alpha, z, y, q, sought);
    const double scale = 1 + std::abs(static_cast<double>(best)) + std::abs(loss.conjugate(-alpha, y));
    CHECK(static_cast<double>(best - reached) <= 1e-12 * scale);
    // At the found point a strongly concave gain pins alpha down to the root of rounding.
    if (q > 1e-2) CHECK(std::abs(target - sought) <= 1e-5 * (1 + std::abs(target)));
  });
}

TEST_CASE("dual steps: the new alpha is the loss's answer to the new score") {
  for_each_step(400, [](const Loss& loss, double alpha, double z, double y, double q) {
    if (!loss.kinks(y).empty()) return;  // curved conjugates: alpha + delta = -loss'(z + q delta)
    const double delta = loss.dual_step(alpha, z, y, q), target = alpha + delta;
    const double zeta = z + q * delta;
    const double answer = -loss.derivative(zeta, y);
    const double slope =
        1 + q * loss.second_derivative(zeta, y);  // errors of delta come back q loss'' times larger
    CHECK(std::abs(answer - target) <= 2e-15 * slope * (1 + std::abs(target) + std::abs(alpha)) +
                                           2e-15 * loss.second_derivative(zeta, y) * std::abs(zeta));
  });
}

namespace {

// The root of zeta = m + q (tail(zeta) - t0), tail falling, by bisection in extended precision; returns
// tail(root).
template <class Tail>
long double tail_by_bisection(double m, double q, double t0, const Tail& tail) {
  long double low = -1e6L, high = 1e6L;
  for (int k = 0; k < 200; ++k) {
    const long double zeta = (low + high) / 2;
    (zeta - m + q * (t0 - tail(zeta)) < 0 ? low : high) = zeta;
  }
  return tail((low + high) / 2);
}

}  // namespace

TEST_CASE("dual steps by Newton's method are right to rounding, for tiny and huge q and alpha on the edge") {
  Random random(23);
  const auto logistic = loss::make("logistic"), exponential = loss::make("exponential"),
             poisson = loss::make("poisson");
  const auto sigmoid = [](long double zeta) { return 1 / (1 + std::exp(zeta)); };
  const auto power = [](long double zeta) { return std::exp(-zeta); };
  for (int k = 0; k < 4000; ++k) {
    const double m = (random.uniform() - 0.5) * std::pow(10.0, 3 * random.uniform());
    const double q = std::pow(10.0, 16 * random.uniform() - 8);
    double t0 = k % 2 == 0 ? random.uniform() : std::pow(10.0, -12 * random.uniform());
    if (k % 5 == 0) t0 = k % 10 == 0 ? 1 : 0;
    CAPTURE(m);
    CAPTURE(q);
    CAPTURE(t0);
    // A few roundings of the new value, and of alpha + delta, which is as exact as alpha and delta can say
    // it.
    const auto close = [&](double got, long double exact, double alpha) {
      const double magnitude = std::max(std::abs(static_cast<double>(exact)), std::abs(alpha));
      return std::abs(static_cast<double>(got - exact)) <= 1e-15 * magnitude;
    };
    const auto b = tail_by_bisection(m, q, t0, sigmoid);
    CHECK(close(t0 + logistic->dual_step(t0, m, 1, q), b, t0));
    CHECK(close(t0 - logistic->dual_step(-t0, -m, -1, q), b, t0));
    if (m < -30) continue;  // exp(-zeta) may be too large for its rounding to be that of zeta
    const auto c = tail_by_bisection(m, q, t0, power);
    CHECK(close(t0 + exponential->dual_step(t0, m, 1, q), c, t0));
    CHECK(close(t0 - poisson->dual_step(-t0, -m, 0, q), c, t0));
  }
}

TEST_CASE("dual steps: alpha stays in the domain, exactly, step after step") {
  Random random(22);
  for (const auto& loss : scalar_losses())
    for (const double y : loss->sample_labels()) {
      const auto u = loss->conjugate_domain(y);
      double alpha = point_in(domain_of_alpha(*loss, y, 3), random);
      for (int k = 0; k < 5000; ++k) {
        const double z = std::pow(10.0, 6 * random.uniform() - 3) * (random.uniform() - 0.5);
        const double q = std::pow(10.0, 12 * random.uniform() - 6);
        alpha += loss->dual_step(alpha, z, y, q);
        CAPTURE(loss->name());
        CAPTURE(y);
        CAPTURE(alpha);
        CHECK(-alpha >= u.lower);
        CHECK(-alpha <= u.upper);
      }
    }
}

TEST_CASE("dual steps: a second step with the score moved along is no step") {
  for_each_step(100, [](const Loss& loss, double alpha, double z, double y, double q) {
    if (q == 0) return;  // the maximum need not be unique
    const double delta = loss.dual_step(alpha, z, y, q);
    const double again = loss.dual_step(alpha + delta, z + q * delta, y, q);
    CHECK(std::abs(again) <= 1e-14 * (1 + std::abs(alpha) + std::abs(delta) + std::abs(z) / q));
  });
}

TEST_CASE("dual steps: finite and inside the domain at extreme scores and norms") {
  for (const auto& loss : scalar_losses())
    for (const double y : loss->sample_labels())
      for (const double z : {0.0, 1.0, 1e-300, 1e3, 1e10, 1e150, 1e300})
        for (const double sign : {-1.0, 1.0})
          for (const double q : {1e-300, 1e-10, 1.0, 1e10, 1e100, 1e300}) {
            const auto u = loss->conjugate_domain(y);
            const Interval range = domain_of_alpha(*loss, y, 3);
            for (const double alpha : {range.low, range.high, 0.5 * (range.low + range.high)}) {
              const double target = alpha + loss->dual_step(alpha, sign * z, y, q);
              CAPTURE(loss->name());
              CAPTURE(y);
              CAPTURE(sign * z);
              CAPTURE(q);
              CAPTURE(alpha);
              CHECK_FALSE(std::isnan(target));
              CHECK(-target >= u.lower);
              CHECK(-target <= u.upper);
            }
          }
}
