// A row of weight k counts like k copies of it in the optimum that every solver comes to.
#include "support/copies.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/solver/solver.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

struct Kind {
  std::string loss;
  std::vector<double> labels;
  Penalty penalty;
};

const Kind kinds[] = {{"logistic", {-1, 1}, {0, 0.05}},     {"logistic", {-1, 1}, {0.01, 0.05}},
                      {"squared", {-1.5, 0, 2}, {0, 0.05}}, {"squared-hinge", {-1, 1}, {0, 0.05}},
                      {"hinge", {-1, 1}, {0, 0.05}},        {"exponential", {-1, 1}, {0, 0.05}},
                      {"softmax", {0, 1, 2}, {0, 0.05}}};

std::unique_ptr<Loss> make_loss(const std::string& name) {
  LossOptions options;
  options.classes = 3;
  return loss::make(name, options);
}

double value_after(const solver::Info& info, const Problem& problem, int epochs) {
  const auto solver = info.make({});
  const std::vector<double> zero(problem.dimension());
  solver->start(problem, zero);
  for (int e = 0; e < epochs && !solver->stalled(); ++e) solver->epoch();
  return Objective(problem).value(solver->weights()).total;
}

bool takes(const solver::Info& info, const Problem& problem) {
  try {
    solver::require_support(info, problem);
    const std::vector<double> zero(problem.dimension());
    info.make({})->start(problem, zero);
  } catch (const UsageError&) {
    return false;
  }
  return true;
}

}  // namespace

TEST_CASE("solvers that end at the optimum: weights lead to that of copies") {
  constexpr int epochs = 400;
  for (const Kind& kind : kinds) {
    const auto loss = make_loss(kind.loss);
    RandomRows shape;
    shape.rows = 160;
    const WeightsAndCopies data(shape, kind.labels);
    const Problem weighted(data.weighted, *loss, kind.penalty), copied(data.copied, *loss, kind.penalty);
    const std::vector<double> zero(copied.dimension());
    const double first = Objective(copied).value(zero).total;
    double best = first;  // the least that any solver finds on the copies
    for (const char* name : {"sdca", "cd", "newton", "lbfgs"})
      if (const solver::Info& info = *solver::find(name); takes(info, copied))
        best = std::min(best, value_after(info, copied, 1000));
    for (const solver::Info& info : solver::all()) {
      // Stochastic steps end beside the optimum, near or far as the noise will have it: see the next test.
      if (info.family == "stochastic" || info.family == "online" || !takes(info, weighted)) continue;
      CAPTURE(kind.loss);
      CAPTURE(kind.penalty.l1);
      CAPTURE(info.name);
      const double excess = value_after(info, weighted, epochs) - best;
      CAPTURE(excess / (first - best));
      CHECK(excess >= -1e-9 * first);
      CHECK(excess <= 1e-3 * (first - best));
    }
  }
}

TEST_CASE("stochastic solvers: a mini-batch of all rows makes the same steps with weights and with copies") {
  for (const Kind& kind : kinds) {
    const auto loss = make_loss(kind.loss);
    const WeightsAndCopies data({}, kind.labels);
    const Problem weighted(data.weighted, *loss, kind.penalty), copied(data.copied, *loss, kind.penalty);
    std::size_t tried = 0;
    for (const solver::Info& info : solver::all()) {
      if (!info.reads("batch-size") || !takes(info, weighted)) continue;
      ++tried;
      CAPTURE(kind.loss);
      CAPTURE(kind.penalty.l1);
      CAPTURE(info.name);
      SolverOptions options;
      options.batch_size = 1000;
      options.step = 0.05;
      const auto one = info.make(options), other = info.make(options);
      const std::vector<double> zero(weighted.dimension());
      one->start(weighted, zero);
      other->start(copied, zero);
      for (int e = 0; e < 20; ++e) {
        one->epoch();
        other->epoch();
      }
      REQUIRE(one->updates() == 20);
      REQUIRE(other->updates() == 20);
      bool moved = false;
      for (std::size_t j = 0; j < zero.size(); ++j) {
        moved = moved || one->weights()[j] != 0;
        CHECK(std::abs(one->weights()[j] - other->weights()[j]) <= 1e-9);
      }
      CHECK(moved);
    }
    CHECK(tried > 5);
  }
}
