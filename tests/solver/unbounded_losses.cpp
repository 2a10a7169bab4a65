// Losses whose curvature has no bound: an automatic step is a guess, which is taken back where it was too
// bold.
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/solver/solver.hpp"
#include "support/random_problem.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

// Counts around e^4 of rows whose features all are near 1.
Dataset counts(std::uint64_t rows) {
  Random random(3);
  RowBlock block;
  for (std::uint64_t i = 0; i < rows; ++i) {
    for (std::uint32_t j = 0; j < 4; ++j) {
      block.indices.push_back(j);
      block.values.push_back(static_cast<float>(0.5 + random.uniform()));
    }
    block.offsets.push_back(block.indices.size());
    block.labels.push_back(std::round(std::exp(3.5 + random.uniform())));
  }
  Dataset data;
  data.append(std::move(block));
  return data;
}

// F after so many epochs from 0.
double reached(const Problem& problem, const std::string& name, SolverOptions options, int epochs) {
  options.epochs = epochs;
  const auto solver = solver::make(name, options);
  solver->start(problem, std::vector<double>(problem.dimension()));
  for (int e = 0; e < epochs; ++e) solver->epoch();
  return Objective(problem).value(solver->weights()).total;
}

}  // namespace

TEST_CASE("poisson with large counts: automatic steps end near the minimum") {
  const Dataset data = counts(2000);
  const auto loss = loss::make("poisson");
  const Problem problem(data, *loss, {0, 1e-3});
  const double at_zero = Objective(problem).value(std::vector<double>(problem.dimension())).total;
  const double optimum = reached(problem, "newton", {}, 50);
  REQUIRE(optimum < 0);
  for (const std::string mode : {"deterministic", "hogwild"})
    for (const std::string name : {"saga", "svrg", "sgd"}) {
      CAPTURE(name);
      CAPTURE(mode);
      SolverOptions options;
      options.mode = mode;
      CHECK(reached(problem, name, options, 60) - optimum <= 0.01 * (at_zero - optimum));
    }
  for (const std::string name : {"sag", "momentum", "nag", "fobos", "tg", "adam", "adagrad"}) {
    CAPTURE(name);
    CHECK(reached(problem, name, {}, 60) - optimum <= 0.01 * (at_zero - optimum));
  }
}

TEST_CASE("hogwild poisson: an iterate thrown far off after the last average of an epoch is not kept") {
  Dataset data = counts(2000);
  RowBlock outlier;  // the last row of every epoch
  outlier.indices = {0, 1, 2, 3};
  outlier.values = {2.5F, 2.5F, 2.5F, 2.5F};
  outlier.offsets.push_back(4);
  outlier.labels.push_back(1);
  data.append(std::move(outlier));
  const auto loss = loss::make("poisson");
  const Problem problem(data, *loss, {0, 1e-3});
  const double at_zero = Objective(problem).value(std::vector<double>(problem.dimension())).total;
  const double optimum = reached(problem, "newton", {}, 50);
  REQUIRE(optimum < 0);
  SolverOptions in_order;
  in_order.mode = "hogwild";
  in_order.order = "sequential";
  CHECK(reached(problem, "sgd", in_order, 100) - optimum <= 0.1 * (at_zero - optimum));
}

TEST_CASE("steps beyond 1/l2 are refused with l1, where idle weights would have no closed form") {
  const RandomProblem made({}, "logistic", {0.01, 0.5}, false);
  SolverOptions options;
  options.step = 2.5;
  for (const char* name : {"saga", "svrg"})
    CHECK_THROWS_AS(
        solver::make(name, options)->start(*made.problem, std::vector<double>(made.problem->dimension())),
        UsageError);
}
