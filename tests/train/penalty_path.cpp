#include "sparselearn/train/penalty_path.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "sparselearn/engine/objective.hpp"
#include "sparselearn/engine/vector.hpp"
#include "sparselearn/train/train.hpp"
#include "support/random_problem.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

TrainResult fit(const Problem& problem, const std::string& name) {
  const auto solver = solver::make(name, {});
  TrainOptions options;
  options.tolerance = 1e-10;
  options.epochs = 3000;
  return train(problem, *solver, options);
}

std::uint64_t used(const Problem& problem, const TrainResult& result) {
  return vector::nonzeros(std::span(result.weights).first(problem.penalized()));
}

}  // namespace

TEST_CASE("smallest_empty_l1: a little more and the model is empty, a little less and it is not") {
  for (const std::string loss : {"logistic", "squared", "squared-hinge", "huber", "exponential", "softmax"})
    for (const bool intercept : {false, true})
      for (const bool weighted : {false, true}) {
        CAPTURE(loss);
        CAPTURE(intercept);
        CAPTURE(weighted);
        RandomRows shape;
        shape.weighted = weighted;
        const RandomProblem made(shape, loss, {0, 1e-3}, intercept);
        const double l1 = smallest_empty_l1(*made.problem);
        REQUIRE(l1 > 0);
        const auto used_at = [&](double factor) {
          const Problem problem(made.data, *made.loss, {factor * l1, 1e-3}, intercept);
          return used(problem, fit(problem, loss == "softmax" ? "saga" : "cd"));
        };
        CHECK(used_at(1.001) == 0);
        CHECK(used_at(0.97) > 0);
      }
}

TEST_CASE("smallest_empty_l1: losses with kinks too have an empty model there") {
  for (const std::string loss : {"hinge", "absolute", "quantile"})
    for (const bool intercept : {false, true}) {
      CAPTURE(loss);
      CAPTURE(intercept);
      const RandomProblem made({}, loss, {0, 0}, intercept);
      const double l1 = smallest_empty_l1(*made.problem);
      REQUIRE(l1 > 0);
      // No small move of the weights and the intercept makes F smaller than at the best intercept alone.
      const Problem problem(made.data, *made.loss, {l1 * (1 + 1e-12), 0}, intercept);
      Objective objective(problem);
      std::vector<double> w(problem.dimension());
      double best = objective.value(w).total;
      if (intercept)
        for (const RowBlock& block : made.data.blocks())
          for (const double label : block.labels)  // piecewise linear in b: the best is a kink, +-1 for hinge
            for (const double b : {label, -label}) {
              w.back() = b;
              best = std::min(best, objective.value(w).total);
            }
      Random random(3);
      for (int trial = 0; trial < 3000; ++trial) {
        const double size = std::pow(10.0, -6 * random.uniform());
        for (double& weight : w) weight = size * (random.below(4) == 0 ? 2 * random.uniform() - 1 : 0);
        if (intercept) w.back() = 4 * random.uniform() - 2;
        CHECK(objective.value(w).total >= best * (1 - 1e-12));
      }
    }
}

TEST_CASE("smallest_empty_l1: the best intercept may lie far from 0") {
  for (const std::string loss : {"logistic", "exponential"})
    for (const double positive : {1e-4, 1e4}) {  // weights of one label's rows: the intercept is beyond +-4
      CAPTURE(loss);
      CAPTURE(positive);
      RandomProblem made({}, loss, {0, 0}, true);
      made.data.scale_weights([&](double label) { return label > 0 ? positive : 1; });
      const Problem problem(made.data, *made.loss, {0, 1e-3}, true);
      const double l1 = smallest_empty_l1(problem);
      const auto used_at = [&](double factor) {
        const Problem there(made.data, *made.loss, {factor * l1, 1e-3}, true);
        return used(there, fit(there, "cd"));
      };
      CHECK(used_at(1.001) == 0);
      CHECK(used_at(0.9) > 0);
    }
}

TEST_CASE("strong_l2: the mean of the rows' Lipschitz constants, with curvature 1 where there is no bound") {
  for (const std::string loss : {"logistic", "squared", "exponential"}) {
    CAPTURE(loss);
    const RandomProblem made({}, loss, {0, 0}, false);
    double squares = 0;
    for (const RowBlock& block : made.data.blocks())
      for (const float value : block.values)
        squares += static_cast<double>(value) * static_cast<double>(value);
    const double curvature = loss == "logistic" ? 0.25 : 1;
    CHECK(strong_l2(*made.problem) ==
          doctest::Approx(curvature * squares / static_cast<double>(made.data.rows())));
  }
}

TEST_CASE("geometric_path: ends and equal ratios") {
  const std::vector<double> path = geometric_path(8, 1e-3, 4);
  REQUIRE(path.size() == 4);
  CHECK(path[0] == 8);
  CHECK(path[1] == doctest::Approx(0.8));
  CHECK(path[3] == doctest::Approx(0.008));
}
