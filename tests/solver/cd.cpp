// cd against the dense loop of its formulas, and what coordinate descent promises: F never rises, and the
// minimum is reached.
#include <cmath>
#include <string>

#include "solver/dense_coordinate.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/objective.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

const Penalty penalties[] = {{0, 0}, {0, 0.05}, {0.01, 0}, {0.01, 0.05}, {0.04, 0.001}};

RandomRows weighted_rows() {
  RandomRows shape;
  shape.weighted = true;
  return shape;
}

struct Seen {
  int halvings = 0, combinations = 0, rests = 0;
};

// Both from a start far off, so that Newton steps overshoot.
Seen compare(const Case& made, const SolverOptions& options, int epochs) {
  Vector w0 = uneven_start(made.dimension());
  for (double& w : w0) w *= 4;
  DenseCd textbook(made.problem(), options, w0);
  const auto solver = solver::make("cd", options);
  solver->start(made.problem(), w0);
  for (int e = 0; e < epochs; ++e) {
    CAPTURE(e);
    solver->epoch();
    textbook.epoch();
    check_same_weights(solver->weights(), textbook.w);
  }
  return {textbook.halvings, textbook.combinations, textbook.rests};
}

}  // namespace

TEST_CASE("cd: plain iterates are the dense loop's") {
  SolverOptions options;
  options.displacements = 0;
  Seen seen;
  for (const Penalty& penalty : penalties)
    for (const std::string loss : {"logistic", "squared", "squared-hinge"})
      for (const bool intercept : {false, true})
        for (const std::string order : {"reshuffle", "once", "sequential"}) {
          CAPTURE(penalty.l1);
          CAPTURE(penalty.l2);
          CAPTURE(loss);
          CAPTURE(intercept);
          CAPTURE(order);
          options.order = order;
          const Seen here = compare(Case(loss, penalty, intercept, weighted_rows()), options, 12);
          seen.halvings += here.halvings;
          seen.rests += here.rests;
        }
  CHECK(seen.halvings > 0);
  CHECK(seen.rests > 0);
}

TEST_CASE("cd: iterates with the subspace step are the dense loop's") {
  Seen seen;
  for (const std::size_t displacements : {1U, 3U})
    for (const Penalty& penalty : penalties)
      for (const std::string loss : {"logistic", "squared", "squared-hinge"})
        for (const bool intercept : {false, true}) {
          CAPTURE(displacements);
          CAPTURE(penalty.l1);
          CAPTURE(penalty.l2);
          CAPTURE(loss);
          CAPTURE(intercept);
          SolverOptions options;
          options.displacements = displacements;
          if (displacements > 1 && penalty.l1 > 0.03) continue;  // one weight is left, they are multiples
          seen.combinations +=
              compare(Case(loss, penalty, intercept, weighted_rows()), options, 6).combinations;
        }
  CHECK(seen.combinations > 0);
}

TEST_CASE("cd: F never rises, and ends at the minimum") {
  for (const Penalty& penalty : {Penalty{0, 0.01}, Penalty{0.01, 0.01}})
    for (const std::string loss : {"logistic", "squared", "squared-hinge"})
      for (const bool intercept : {false, true}) {
        CAPTURE(penalty.l1);
        CAPTURE(loss);
        CAPTURE(intercept);
        const Case made(loss, penalty, intercept, weighted_rows());
        const Textbook book(made.problem());
        const auto solver = solver::make("cd", {});
        solver->start(made.problem(), Vector(made.dimension(), 0.0));
        double before = book.value(weights_of(*solver));
        for (int e = 0; e < 200; ++e) {
          solver->epoch();
          const double value = book.value(weights_of(*solver));
          CHECK(value <= before + 1e-14);
          before = value;
        }
        CHECK(solver->stalled());
        const Vector w = weights_of(*solver), g = book.gradient(w);
        for (std::size_t j = 0; j < w.size(); ++j)
          CHECK(std::abs(projected_gradient(w[j], g[j], book.dense.l1(j))) <= 1e-9);
      }
}

TEST_CASE("cd: --order random is refused, as nothing would be sure to be visited") {
  const Case made("logistic", {0, 0.1});
  SolverOptions options;
  options.order = "random";
  CHECK_THROWS_AS(solver::make("cd", options)->start(made.problem(), Vector(made.dimension(), 0.0)),
                  UsageError);
}
