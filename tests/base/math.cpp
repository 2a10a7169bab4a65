#include "sparselearn/base/math.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "sparselearn/base/random.hpp"

using namespace sparselearn;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double largest = std::numeric_limits<double>::max();
constexpr double smallest = std::numeric_limits<double>::denorm_min();

// Distance of `got` from the exact value in units of the exact value's last place.
double ulps(double got, long double exact) {
  if (std::isnan(exact)) return std::isnan(got) ? 0 : infinity;
  if (std::isinf(static_cast<double>(exact))) return got == static_cast<double>(exact) ? 0 : infinity;
  int exponent = 0;
  std::frexp(exact, &exponent);
  const long double ulp = std::ldexp(1.0L, std::max(exponent - 53, -1074));
  return static_cast<double>(std::abs(got - exact) / ulp);
}

template <class F, class Exact>
double worst_of(const std::vector<double>& points, const F& f, const Exact& exact) {
  double worst = 0;
  for (const double x : points) {
    const double error = ulps(f(x), exact(static_cast<long double>(x)));
    if (error > worst) worst = error;
  }
  return worst;
}

std::vector<double> grid(double from, double to, int count) {
  std::vector<double> points;
  for (int k = 0; k <= count; ++k) points.push_back(from + (to - from) * k / count);
  return points;
}

// Doubles of every exponent: random bits.
std::vector<double> random_doubles(int count) {
  Random random(1);
  std::vector<double> points;
  while (static_cast<int>(points.size()) < count) {
    const double x = std::bit_cast<double>(random.next());
    if (std::isfinite(x)) points.push_back(x);
  }
  return points;
}

// Positive and negative powers: magnitudes from 1e-320 to 1e308.
std::vector<double> magnitudes(double sign) {
  std::vector<double> points;
  for (int k = -32000; k <= 30800; ++k)
    points.push_back(sign * static_cast<double>(std::pow(10.0L, static_cast<long double>(k) / 100)));
  return points;
}

long double exact_sigmoid(long double x) {
  return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
}
long double exact_softplus(long double x) { return std::max(x, 0.0L) + std::log1p(std::exp(-std::abs(x))); }

}  // namespace

TEST_CASE("math::exp is within 1 ulp of the exact value, denormals included") {
  const auto mine = [](double x) { return math::exp(x); };
  const auto exact = [](long double x) { return std::exp(x); };
  for (const auto& points : {grid(-1, 1, 200000), grid(-746, 710, 500000), grid(-745.2, -707, 100000),
                             grid(-1e-7, 1e-7, 10000), magnitudes(1), magnitudes(-1), random_doubles(100000)})
    CHECK(worst_of(points, mine, exact) <= 1.0);
}

TEST_CASE("math::log is within 1 ulp of the exact value, denormals included") {
  const auto mine = [](double x) { return math::log(x); };
  const auto exact = [](long double x) { return std::log(x); };
  for (const auto& points : {grid(0.5, 2, 500000), grid(0.999, 1.001, 100000), grid(1e-320, 1e-307, 100000),
                             magnitudes(1), random_doubles(100000)})
    CHECK(worst_of(points, mine, exact) <= 1.0);
}

TEST_CASE("math::log1p is within 1 ulp of the exact value") {
  const auto mine = [](double x) { return math::log1p(x); };
  const auto exact = [](long double x) { return std::log1p(x); };
  for (const auto& points : {grid(-0.9999, 3, 500000), grid(-1, -0.999, 100000), grid(-1e-7, 1e-7, 10000),
                             magnitudes(1), magnitudes(-1), random_doubles(100000)})
    CHECK(worst_of(points, mine, exact) <= 1.0);
}

TEST_CASE("math::sigmoid and softplus keep relative accuracy in both tails") {
  for (const auto& points : {grid(-2, 2, 200000), grid(-40, 40, 400000), grid(-750, 750, 400000),
                             magnitudes(1), magnitudes(-1), random_doubles(100000)}) {
    CHECK(worst_of(
              points, [](double x) { return math::sigmoid(x); }, exact_sigmoid) <= 2.5);
    CHECK(worst_of(
              points, [](double x) { return math::softplus(x); }, exact_softplus) <= 2.0);
  }
}

TEST_CASE("math: the edges") {
  CHECK(math::exp(0) == 1);
  CHECK(math::exp(-0.0) == 1);
  CHECK(math::exp(infinity) == infinity);
  CHECK(math::exp(-infinity) == 0);
  CHECK(std::isnan(math::exp(not_a_number)));
  CHECK(math::exp(709.782712893384) < infinity);
  CHECK(math::exp(709.782712893385) == infinity);
  CHECK(math::exp(largest) == infinity);
  CHECK(math::exp(-745.1332191019411) == smallest);
  CHECK(math::exp(-745.1332191019413) == 0);
  CHECK(math::exp(-largest) == 0);
  CHECK(math::log(1) == 0);
  CHECK(math::log(0) == -infinity);
  CHECK(math::log(-0.0) == -infinity);
  CHECK(math::log(infinity) == infinity);
  for (const double x : {-smallest, -1.0, -largest, -infinity, not_a_number}) CHECK(std::isnan(math::log(x)));
  CHECK(math::log1p(0) == 0);
  CHECK(math::log1p(-1) == -infinity);
  CHECK(math::log1p(infinity) == infinity);
  CHECK(math::log1p(smallest) == smallest);
  CHECK(math::log1p(-smallest) == -smallest);
  for (const double x : {std::nextafter(-1.0, -2.0), -2.0, -infinity, not_a_number})
    CHECK(std::isnan(math::log1p(x)));
  CHECK(math::sigmoid(0) == 0.5);
  CHECK(math::sigmoid(infinity) == 1);
  CHECK(math::sigmoid(-infinity) == 0);
  CHECK(std::isnan(math::sigmoid(not_a_number)));
  CHECK(math::softplus(infinity) == infinity);
  CHECK(math::softplus(-infinity) == 0);
  CHECK(math::softplus(1e300) == 1e300);
  CHECK(std::isnan(math::softplus(not_a_number)));
  CHECK(math::abs(-2.5) == 2.5);
  CHECK(std::bit_cast<std::uint64_t>(math::abs(-0.0)) == 0);
}

TEST_CASE("math: never falling where the function rises") {
  for (const auto& points : {grid(-746, 710, 300000), grid(-1, 1, 300000)})
    for (std::size_t k = 1; k < points.size(); ++k) {
      if (!(math::exp(points[k - 1]) <= math::exp(points[k])))
        FAIL_CHECK("exp falls after " << points[k - 1]);
      if (!(math::softplus(points[k - 1]) <= math::softplus(points[k])))
        FAIL_CHECK("softplus falls after " << points[k - 1]);
    }
}

// The bits of 200,000 results, folded into one number. It is written down here so that every compiler, flag
// set and processor that runs this test must come to the same bits.
TEST_CASE("math: the same bits everywhere") {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto fold = [&](double value) {
    hash = (hash ^ (std::isnan(value) ? 0 : std::bit_cast<std::uint64_t>(value))) * 0x100000001b3;
  };
  Random random(2);
  for (int k = 0; k < 40000; ++k) {
    const double x = 80 * random.uniform() - 40;
    fold(math::exp(x));
    fold(math::log(math::abs(x)));
    fold(math::log1p(x));
    fold(math::sigmoid(x));
    fold(math::softplus(x));
  }
  CHECK(hash == 8668772028372715331u);
}
