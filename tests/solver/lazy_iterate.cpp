// LazyIterate against a loop that moves every coordinate at every step.
#include "solver/variance_reduced/lazy_iterate.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sparselearn/base/random.hpp"
#include "support/random_problem.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

using Vector = std::vector<double>;

// S(c w - a (visit g x + m), a l1) for all weights, without penalty for the intercepts.
struct EveryCoordinate {
  const Problem& problem;
  double step;
  Vector w, m;

  Vector scores(const RowView& row) const {
    Vector z(problem.outputs());
    for (std::size_t c = 0; c < z.size(); ++c) {
      for (std::size_t k = 0; k < row.size; ++k)
        z[c] += static_cast<double>(row.value_at(k)) * w[row.index[k] * z.size() + c];
      if (problem.intercept()) z[c] += w[problem.penalized() + c];
    }
    return z;
  }
  void move(const RowView& row, const Vector& change, double visit, double refresh) {
    Vector g(w.size());
    const std::size_t outputs = change.size();
    for (std::size_t c = 0; c < outputs; ++c) {
      for (std::size_t k = 0; k < row.size; ++k)
        g[row.index[k] * outputs + c] = static_cast<double>(row.value_at(k)) * change[c];
      if (problem.intercept()) g[problem.penalized() + c] = change[c];
    }
    const auto [l1, l2] = problem.penalty();
    for (std::size_t j = 0; j < w.size(); ++j) {
      const bool penalized = j < problem.penalized();
      const double v = (penalized ? 1 - step * l2 : 1) * w[j] - step * (visit * g[j] + m[j]);
      const double size = std::abs(v) - (penalized ? step * l1 : 0);
      w[j] = size > 0 ? std::copysign(size, v) : 0;
      m[j] += refresh * g[j];
    }
  }
};

void check_same(const Vector& lazy, const Vector& every) {
  REQUIRE(lazy.size() == every.size());
  double largest = 0;
  for (const double x : every) largest = std::max(largest, std::abs(x));
  REQUIRE(std::isfinite(largest));
  for (std::size_t j = 0; j < every.size(); ++j) CHECK(std::abs(lazy[j] - every[j]) <= 1e-10 * largest);
}

// Random gradients along random rows; refreshes fade, so that the mean stays bounded.
void compare(const std::string& loss, Penalty penalty, bool intercept, double step, int steps) {
  RandomRows shape;
  shape.rows = 60;
  const RandomProblem made(shape, loss, penalty, intercept);
  const Problem& problem = *made.problem;
  Random random(5);
  Vector w0(problem.dimension());
  for (double& w : w0) w = random.uniform() - 0.5;
  LazyIterate lazy;
  lazy.reset(problem, w0);
  lazy.set_step(step);
  EveryCoordinate every{problem, step, w0, Vector(w0.size())};
  Vector z(problem.outputs()), change(problem.outputs());
  for (int t = 0; t < steps; ++t) {
    const RowView row = problem.data().row(problem.data().place(random.below(problem.rows())));
    lazy.scores(row, z.data());
    const Vector expected = every.scores(row);
    for (std::size_t c = 0; c < z.size(); ++c) {
      CHECK(std::abs(z[c] - expected[c]) <= 1e-9 * std::max(1.0, std::abs(expected[c])));
      change[c] = random.uniform() - 0.5;
    }
    lazy.move(row, change.data(), 0.7, 0.1 / (1 + t));
    every.move(row, change, 0.7, 0.1 / (1 + t));
  }
  Vector w(w0.size()), m(w0.size());
  lazy.copy_weights(w);
  lazy.copy_means(m);
  check_same(w, every.w);
  check_same(m, every.m);
}

}  // namespace

TEST_CASE("a lazy iterate is that of every coordinate at every step") {
  for (const std::string loss : {"logistic", "softmax"})
    for (const bool intercept : {false, true}) {
      CAPTURE(loss);
      CAPTURE(intercept);
      compare(loss, {0, 0.01}, intercept, 0.1, 500);
      compare(loss, {0, 0}, intercept, 0.1, 500);         // no shrinking
      compare(loss, {0, 0}, intercept, 0.1, 20'000);      // and so a long way between two renewals
      compare(loss, {0.003, 0.01}, intercept, 0.1, 150);  // l1: counted
    }
}

TEST_CASE("a lazy iterate whose scale wears out, many times over") {
  compare("logistic", {0, 1}, true, 0.08, 5000);  // 0.92^5000 = 1e-181
  compare("softmax", {0, 1}, true, 0.08, 3000);
}

TEST_CASE("a lazy iterate whose steps change, and with them how it keeps what is owed") {
  for (const double l1 : {0.0, 0.003}) {
    const RandomProblem made({}, "logistic", {l1, 1}, true);
    const Problem& problem = *made.problem;
    Random random(5);
    const Vector w0(problem.dimension(), 0.25);
    LazyIterate lazy;
    lazy.reset(problem, w0);
    EveryCoordinate every{problem, 0, w0, Vector(w0.size())};
    for (const double step : {0.05, 0.9, 0.02, 0.5, 0.05}) {
      lazy.set_step(step);
      every.step = step;
      for (int t = 0; t < 60; ++t) {
        const RowView row = problem.data().row(problem.data().place(random.below(problem.rows())));
        double z = 0;
        lazy.scores(row, &z);
        CHECK(z == doctest::Approx(every.scores(row)[0]).epsilon(1e-9));
        const Vector change{random.uniform() - 0.5};
        lazy.move(row, change.data(), 0.7, 0.01);
        every.move(row, change, 0.7, 0.01);
      }
      Archive saved;
      lazy.state(saved);
      Archive again(std::move(saved).bytes());
      LazyIterate loaded;
      loaded.reset(problem, w0);
      loaded.set_step(0.3);
      loaded.state(again);
      CHECK(again.exhausted());
      Vector w(w0.size()), other(w0.size());
      lazy.copy_weights(w);
      loaded.copy_weights(other);
      CHECK(other == w);
      check_same(w, every.w);
    }
  }
}

TEST_CASE("a lazy iterate with steps near and beyond 1/l2: counted") {
  for (const double step : {0.5, 0.99, 1.0, 1.5}) {
    CAPTURE(step);
    compare("logistic", {0, 1}, false, step, 150);
  }
}
