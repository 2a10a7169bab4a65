// A problem as a textbook has it: a dense matrix, losses and their derivatives from their formulas, loops
// over every coordinate. Shares nothing with the solvers but the order in which rows are visited.
#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sparselearn/engine/importance.hpp"
#include "sparselearn/engine/problem.hpp"
#include "sparselearn/engine/row_order.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn::tests {

using Vector = std::vector<double>;

struct Dense {
  explicit Dense(const Problem& problem)
      : rows(problem.rows()),
        outputs(problem.outputs()),
        columns(problem.features() + (problem.intercept() ? 1 : 0)),
        features(problem.features()),
        loss(problem.loss().name()),
        penalty(problem.penalty()) {
    const Dataset& data = problem.data();
    for (std::uint64_t i = 0; i < rows; ++i) {
      const RowPlace place = data.place(i);
      const RowView row = data.row(place);
      x.emplace_back(columns, 0.0);
      for (std::size_t k = 0; k < row.size; ++k) x[i][row.index[k]] = static_cast<double>(row.value_at(k));
      if (problem.intercept()) x[i][features] = 1;
      y.push_back(data.label(place));
      r.push_back(static_cast<double>(rows) * data.weight(place) / data.total_weight());
    }
  }

  std::size_t dimension() const { return columns * outputs; }
  bool penalized(std::size_t j) const { return j < features * outputs; }
  double l1(std::size_t j) const { return penalized(j) ? penalty.l1 : 0; }
  double l2(std::size_t j) const { return penalized(j) ? penalty.l2 : 0; }

  /// d loss_i / d z at w, outputs values, without r_i.
  Vector derivative(std::uint64_t i, const Vector& w) const {
    Vector z(outputs, 0.0);
    for (std::size_t j = 0; j < columns; ++j)
      for (std::size_t c = 0; c < outputs; ++c) z[c] += x[i][j] * w[j * outputs + c];
    if (loss == "logistic") return {-y[i] / (1 + std::exp(y[i] * z[0]))};
    if (loss == "squared") return {z[0] - y[i]};
    if (loss == "squared-hinge") return {-2 * y[i] * std::max(0.0, 1 - y[i] * z[0])};
    if (loss == "hinge") return {y[i] * z[0] < 1 ? -y[i] : 0.0};
    REQUIRE(loss == "softmax");
    double sum = 0;
    for (const double score : z) sum += std::exp(score);
    for (std::size_t c = 0; c < outputs; ++c)
      z[c] = std::exp(z[c]) / sum - (static_cast<double>(c) == y[i] ? 1 : 0);
    return z;
  }

  /// gradient += factor * derivative x_i, every coordinate.
  void add(Vector& gradient, std::uint64_t i, const Vector& derivative, double factor) const {
    for (std::size_t j = 0; j < columns; ++j)
      for (std::size_t c = 0; c < outputs; ++c) gradient[j * outputs + c] += factor * derivative[c] * x[i][j];
  }

  /// S(w - a (g + l2 w), a l1), every coordinate.
  void proximal_step(Vector& w, const Vector& g, double a) const {
    for (std::size_t j = 0; j < w.size(); ++j) {
      const double v = w[j] - a * (g[j] + l2(j) * w[j]);
      w[j] = std::copysign(std::max(0.0, std::abs(v) - a * l1(j)), v);
    }
  }

  std::uint64_t rows;
  std::size_t outputs, columns, features;
  std::string loss;
  Penalty penalty;
  std::vector<Vector> x;  // rows x columns, the intercept's 1 last
  Vector y, r;            // r_i = N s_i / S
};

/// The rows of every epoch as the engine orders them, and 1 / (N p_i) from its definition: half of the draws
/// uniform, half by the Lipschitz constant r_i |x_i|^2 of the row.
class Visits {
 public:
  Visits(const Problem& problem, const Dense& dense, const SolverOptions& options)
      : data_(problem.data()),
        order_(problem.data(), RowOrder::kind_of(options.order), options.seed),
        expected_(dense.rows, 1.0),
        inverse_(dense.rows, 1.0) {
    if (options.sampling != "norm") return;
    Vector size(dense.rows, 0.0);
    double mean = 0;
    for (std::uint64_t i = 0; i < dense.rows; ++i) {
      for (const double v : dense.x[i]) size[i] += dense.r[i] * v * v;
      mean += size[i] / static_cast<double>(dense.rows);
    }
    Importance engine = importance_of_rows(problem, "norm", 1);
    for (std::uint64_t i = 0; i < dense.rows; ++i) {
      const double visits = expected_[i] = 0.5 + 0.5 * size[i] / mean;
      REQUIRE(engine.probabilities[i] * static_cast<double>(dense.rows) ==
              doctest::Approx(visits).epsilon(1e-12));
      inverse_[i] = static_cast<double>(static_cast<float>(1 / visits));  // kept in single precision
    }
    order_.set_probabilities(std::move(engine.probabilities));
  }

  /// Row numbers of the next epoch.
  std::vector<std::uint64_t> next_epoch() {
    std::vector<std::uint64_t> rows;
    order_.begin_epoch();
    for (auto group = order_.next_group(); !group.empty(); group = order_.next_group())
      for (const RowPlace place : group) rows.push_back(data_.number(place));
    return rows;
  }
  /// N p_i.
  double expected(std::uint64_t i) const { return expected_[i]; }
  /// 1 / (N p_i), as the engine keeps it.
  double inverse(std::uint64_t i) const { return inverse_[i]; }

 private:
  const Dataset& data_;
  RowOrder order_;
  Vector expected_, inverse_;
};

/// Weights to begin at: every coordinate away from zero, so that idle ones have something to lose.
inline Vector uneven_start(std::size_t dimension) {
  Random random(77);
  Vector w(dimension);
  for (double& v : w) v = 2 * random.uniform() - 1;
  return w;
}

/// Within 1e-10 of the largest weight, and zero where the textbook is exactly zero.
inline void check_same_weights(std::span<const double> found, const Vector& textbook) {
  REQUIRE(found.size() == textbook.size());
  double largest = 0, error = 0;
  bool zeros = true;
  for (std::size_t j = 0; j < textbook.size(); ++j) {
    REQUIRE(std::isfinite(found[j]));
    REQUIRE(std::isfinite(textbook[j]));
    largest = std::max(largest, std::abs(textbook[j]));
    error = std::max(error, std::abs(found[j] - textbook[j]));
    zeros = zeros && (textbook[j] != 0 || found[j] == 0);
  }
  CHECK(error <= 1e-10 * largest);
  CHECK(zeros);
}

}  // namespace sparselearn::tests
