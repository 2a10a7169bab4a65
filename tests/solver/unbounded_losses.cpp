// Losses whose curvature has no bound: an automatic step is a guess, which is taken back where it was too
// bold.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "solver/step_guard.hpp"
#include "solver/watched_step.hpp"
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

// What a run of so many epochs leaves of F(0) - F*, as a part.
class Descent {
 public:
  explicit Descent(const Problem& problem)
      : problem_(problem),
        at_zero_(Objective(problem).value(std::vector<double>(problem.dimension())).total),
        optimum_(reached(problem, "newton", {}, 50)) {
    REQUIRE(optimum_ < 0);
  }
  double left(const std::string& name, const SolverOptions& options, int epochs) const {
    return (reached(problem_, name, options, epochs) - optimum_) / (at_zero_ - optimum_);
  }

 private:
  const Problem& problem_;
  double at_zero_, optimum_;
};

}  // namespace

TEST_CASE("poisson with large counts: automatic steps end near the minimum") {
  const Dataset data = counts(2000);
  const auto loss = loss::make("poisson");
  const Problem problem(data, *loss, {0, 1e-3});
  const Descent descent(problem);
  for (const std::string mode : {"deterministic", "hogwild"})
    for (const std::string name : {"saga", "svrg", "sgd"}) {
      CAPTURE(name);
      CAPTURE(mode);
      SolverOptions options;
      options.mode = mode;
      CHECK(descent.left(name, options, 60) <= 0.01);
    }
  for (const std::string name : {"sag", "momentum", "nag", "fobos", "tg", "adam", "adagrad"}) {
    CAPTURE(name);
    CHECK(descent.left(name, {}, 60) <= 0.01);
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
  SolverOptions in_order;
  in_order.mode = "hogwild";
  in_order.order = "sequential";
  CHECK(Descent(problem).left("sgd", in_order, 100) <= 0.1);
}

TEST_CASE("watched steps: what is gone back to is the best point, and not a rise that was forgiven") {
  const Dataset data = counts(200);
  const auto loss = loss::make("poisson");
  const Problem problem(data, *loss, {0, 1e-3});
  const std::vector<double> zero(4), best(4, 0.9), between(4, 0.5);
  const auto value = [&](const std::vector<double>& w) { return Objective(problem).value(w).total; };
  REQUIRE(value(best) < value(between));
  REQUIRE(value(between) < value(zero));
  WatchedStep<int> watched;
  watched.begin(problem, {});
  int state = 1;
  CHECK(watched.holds(problem, zero, state));
  state = 2;
  CHECK(watched.holds(problem, best, state));
  state = 3;
  CHECK(watched.holds(problem, between, state));
  CHECK(state == 3);
  state = 4;
  CHECK(!watched.holds(problem, between, state));
  CHECK(state == 2);
}

TEST_CASE("halved: a step never becomes 0, which would be none") {
  CHECK(halved(1) == 0.5);
  CHECK(halved(std::numeric_limits<double>::denorm_min()) > 0);
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
