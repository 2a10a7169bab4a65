#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>

#include "cases.hpp"
#include "sparselearn/base/random.hpp"

using namespace sparselearn;

namespace {

struct Rows {
  std::vector<double> z, y;
  std::vector<float> weights;
};

Rows rows_for(const Loss& loss, std::size_t count, bool weighted, Random& random) {
  Rows rows;
  const auto labels = loss.sample_labels();
  for (std::size_t i = 0; i < count; ++i) {
    rows.z.push_back(20 * random.uniform() - 10);
    rows.y.push_back(labels[random.below(labels.size())]);
    if (weighted) rows.weights.push_back(static_cast<float>(3 * random.uniform()));
  }
  return rows;
}

// The documented order of summation, typed out: lane i mod 8, lanes in pairs.
double sum_in_lanes(const std::vector<double>& terms) {
  double lane[8] = {};
  for (std::size_t i = 0; i < terms.size(); ++i) lane[i % 8] += terms[i];
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

TEST_CASE("array functions give the bits of the scalar ones, for any length and with weights") {
  Random random(31);
  for (const auto& loss : scalar_losses())
    for (const std::size_t count : std::vector<std::size_t>{0, 1, 2, 3, 7, 8, 9, 31, 255, 256, 257, 1000})
      for (const bool weighted : {false, true}) {
        CAPTURE(loss->name());
        CAPTURE(count);
        CAPTURE(weighted);
        const Rows rows = rows_for(*loss, count, weighted, random);
        std::vector<double> g(count), h(count), values(count);
        std::vector<double> u(count), conjugates(count);
        const double sum = loss->gradients(rows.z, rows.y, rows.weights, g);
        loss->second_derivatives(rows.z, rows.y, rows.weights, h);
        bool equal = true;
        for (std::size_t i = 0; i < count; ++i) {
          const double s = weighted ? static_cast<double>(rows.weights[i]) : 1.0;
          values[i] = s * loss->value(rows.z[i], rows.y[i]);
          u[i] = loss->derivative(rows.z[i], rows.y[i]);
          conjugates[i] = s * loss->conjugate(u[i], rows.y[i]);
          equal &= same_bits(g[i], s * loss->derivative(rows.z[i], rows.y[i]));
          equal &= same_bits(h[i], s * loss->second_derivative(rows.z[i], rows.y[i]));
        }
        CHECK(equal);
        CHECK(same_bits(sum, sum_in_lanes(values)));
        CHECK(same_bits(loss->values(rows.z, rows.y, rows.weights), sum));
        CHECK(same_bits(loss->conjugates(u, rows.y, rows.weights), sum_in_lanes(conjugates)));
      }
}

TEST_CASE("the functions for arrays of scores are the scalar ones for one score") {
  Random random(32);
  for (const auto& loss : scalar_losses()) {
    const Rows rows = rows_for(*loss, 50, false, random);
    for (std::size_t i = 0; i < rows.z.size(); ++i) {
      const double z = rows.z[i], y = rows.y[i], u = 1.7;
      double g = 0, product = 0, p = 0;
      CHECK(same_bits(loss->gradient_at(&z, y, &g), loss->value(z, y)));
      CHECK(same_bits(g, loss->derivative(z, y)));
      CHECK(same_bits(loss->value_at(&z, y), loss->value(z, y)));
      loss->curvature_product_at(&z, y, &u, &product);
      CHECK(same_bits(product, loss->second_derivative(z, y) * u));
      loss->probabilities_at(&z, &p);
      CHECK((same_bits(p, loss->probability(z)) || (std::isnan(p) && std::isnan(loss->probability(z)))));
      CHECK(loss->conjugate_at(&g, y) == loss->conjugate(g, y));
    }
  }
}

TEST_CASE("rows of weight zero add nothing, even where the loss overflows") {
  for (const auto& loss : scalar_losses()) {
    const std::vector<double> labels = loss->sample_labels();
    for (const double y : labels)
      for (const double far : {-1e300, 1e300}) {
        const std::vector<double> z{0.3, far}, ys{y, y};
        const std::vector<float> weights{1, 0};
        std::vector<double> g(2), h(2);
        CHECK(loss->gradients(z, ys, weights, g) == loss->value(0.3, y));
        loss->second_derivatives(z, ys, weights, h);
        CHECK(g[1] == 0);
        CHECK(h[1] == 0);
      }
  }
}
