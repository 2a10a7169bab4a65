#include "sparselearn/engine/objective.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "engine/small_problem.hpp"
#include "sparselearn/engine/threads.hpp"

using namespace sparselearn;

namespace {

// F from its definition, dense, row by row.
double dense_objective(const SmallData& made, const Problem& problem, const std::vector<double>& w) {
  const std::size_t outputs = problem.outputs();
  double loss = 0, total = 0, penalty = 0;
  for (std::size_t i = 0; i < made.dense.size(); ++i) {
    std::vector<double> z(outputs);
    for (std::size_t c = 0; c < outputs; ++c) {
      for (std::size_t j = 0; j < made.dense[i].size(); ++j) z[c] += made.dense[i][j] * w[j * outputs + c];
      if (problem.intercept()) z[c] += w[made.dense[i].size() * outputs + c];
    }
    loss += made.weights[i] * problem.loss().value_at(z.data(), made.labels[i]);
    total += made.weights[i];
  }
  for (std::size_t j = 0; j < problem.penalized(); ++j)
    penalty += problem.penalty().l1 * std::abs(w[j]) + problem.penalty().l2 / 2 * w[j] * w[j];
  return loss / total + penalty;
}

template <class Check>
void for_each_problem(const Check& check) {
  for (const char* name : {"logistic", "squared", "softmax"})
    for (const bool weighted : {false, true})
      for (const bool intercept : {false, true}) {
        CAPTURE(name);
        CAPTURE(weighted);
        CAPTURE(intercept);
        Shape shape;
        shape.weighted = weighted;
        LossOptions options;
        options.classes = shape.classes = std::string_view(name) == "softmax" ? 4 : 2;
        const SmallData made = random_rows(shape, 5);
        const auto loss = loss::make(name, options);
        const Problem problem(made.data, *loss, Penalty{0.02, 0.3}, intercept);
        check(made, problem);
      }
}

}  // namespace

TEST_CASE("value, gradient and Hessian products agree with the dense definition") {
  for_each_problem([](const SmallData& made, const Problem& problem) {
    Objective objective(problem);
    const std::vector<double> w = random_vector(problem.dimension(), 6);
    std::vector<double> gradient(w.size()), product(w.size());
    const double value = objective.value_and_gradient(w, gradient).total;
    CHECK(value == doctest::Approx(dense_objective(made, problem, w)).epsilon(1e-13));
    CHECK(value == doctest::Approx(objective.value(w).total).epsilon(1e-14));

    const double h = 1e-5;
    const std::vector<double> direction = random_vector(w.size(), 7);
    objective.hessian_product(direction, product);
    std::vector<double> ahead = w, behind = w, gradient_ahead(w.size()), gradient_behind(w.size());
    for (std::size_t j = 0; j < w.size(); ++j) {
      std::vector<double> up = w, down = w;
      up[j] += h;
      down[j] -= h;
      const double l1 = j < problem.penalized() ? problem.penalty().l1 * (w[j] > 0 ? 1 : -1) : 0;
      const double slope =
          (dense_objective(made, problem, up) - dense_objective(made, problem, down)) / (2 * h);
      CHECK(gradient[j] == doctest::Approx(slope - l1).epsilon(1e-6).scale(1));
      ahead[j] += h * direction[j];
      behind[j] -= h * direction[j];
    }
    Objective other(problem);
    other.value_and_gradient(ahead, gradient_ahead);
    other.value_and_gradient(behind, gradient_behind);
    for (std::size_t j = 0; j < w.size(); ++j)
      CHECK(product[j] ==
            doctest::Approx((gradient_ahead[j] - gradient_behind[j]) / (2 * h)).epsilon(1e-6).scale(1));
  });
}

TEST_CASE("along a line, value and slope come from scores alone") {
  for_each_problem([](const SmallData& made, const Problem& problem) {
    Objective objective(problem);
    const std::vector<double> w = random_vector(problem.dimension(), 1),
                              v = random_vector(problem.dimension(), 2);
    std::vector<double> gradient(w.size()), dz(problem.rows() * problem.outputs());
    objective.value_and_gradient(w, gradient);
    objective.scores_of(v, dz);
    const double a = 0.7, h = 1e-5;
    const Objective::AlongLine at = objective.along(objective.scores(), dz, a);
    std::vector<double> moved = w;
    for (std::size_t j = 0; j < w.size(); ++j) moved[j] += a * v[j];
    CHECK(at.data_loss == doctest::Approx(objective.value(moved).data_loss).epsilon(1e-12));
    const double slope = (objective.along(objective.scores(), dz, a + h).data_loss -
                          objective.along(objective.scores(), dz, a - h).data_loss) /
                         (2 * h);
    CHECK(at.slope == doctest::Approx(slope).epsilon(1e-6).scale(1));
    (void)made;
  });
}

TEST_CASE("the Hessian's diagonal is e_j' H e_j") {
  const SmallData made = random_rows({}, 11);
  const auto loss = loss::make("logistic");
  const Problem problem(made.data, *loss, Penalty{0, 0.1}, true);
  Objective objective(problem);
  std::vector<double> gradient(problem.dimension()), diagonal(problem.dimension()),
      product(problem.dimension());
  objective.value_and_gradient(random_vector(problem.dimension(), 3), gradient);
  objective.hessian_diagonal(diagonal);
  for (std::size_t j = 0; j < diagonal.size(); ++j) {
    std::vector<double> unit(diagonal.size());
    unit[j] = 1;
    objective.hessian_product(unit, product);
    CHECK(diagonal[j] == doctest::Approx(product[j]).epsilon(1e-13));
  }
}

TEST_CASE("the same bits on 1, 2 and 7 threads") {
  Shape shape;
  shape.rows = 9000;
  shape.features = 50;
  const SmallData made = random_rows(shape, 21);
  const auto loss = loss::make("logistic");
  const Problem problem(made.data, *loss, Penalty{0, 0.1});
  REQUIRE(parts_for_gradient(made.data, problem.dimension()) > 3);
  const std::vector<double> w = random_vector(problem.dimension(), 22);
  std::vector<std::vector<double>> gradients;
  std::vector<double> values;
  for (const std::size_t threads : {1U, 2U, 7U}) {
    const ThreadLimit limit(threads);
    Objective objective(problem);
    gradients.emplace_back(w.size());
    values.push_back(objective.value_and_gradient(w, gradients.back()).total);
  }
  CHECK(values[0] == values[1]);
  CHECK(values[0] == values[2]);
  CHECK(gradients[0] == gradients[1]);
  CHECK(gradients[0] == gradients[2]);
}

TEST_CASE("objective: over more than 2^32 nonzeros, the mean of blocks that all are one is that block's") {
  const Dataset one = random_rows({.rows = 100, .features = 4096, .density = 1, .ones = true}, 7).data;
  Dataset many;
  const std::uint64_t copies = (std::uint64_t{1} << 32) / one.nonzeros() + 1;
  for (std::uint64_t k = 0; k < copies; ++k)
    for (std::size_t b = 0; b < one.blocks().size(); ++b) many.share(one, b);
  REQUIRE(many.nonzeros() > std::uint64_t{1} << 32);
  const auto loss = loss::make("logistic");
  std::vector<double> w(one.features());
  Random random(5);
  for (double& weight : w) weight = (random.uniform() - 0.5) / 32;
  const Problem small(one, *loss, {0, 0.1}), large(many, *loss, {0, 0.1});
  CHECK(Objective(large).value(w).total == doctest::Approx(Objective(small).value(w).total).epsilon(1e-12));
}
