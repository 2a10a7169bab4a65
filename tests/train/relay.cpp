// Solvers one after another: the weights are handed on, the counters add up, a saved run continues.
#include "sparselearn/train/relay.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "engine/small_problem.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/train/train.hpp"

using namespace sparselearn;

namespace {

using Weights = std::vector<double>;

Weights weights_of(Solver& solver) { return Weights(solver.weights().begin(), solver.weights().end()); }

SmallData rows() {
  Shape shape;
  shape.rows = 300;
  return random_rows(shape, 31);
}

std::unique_ptr<Solver> sgd_then_gd() {
  return switch_solver(solver::make("sgd", {}), 3, solver::make("gd", {}));
}

std::unique_ptr<Solver> four_steps() {
  return continuation([](double) { return solver::make("gd", {}); }, 4, 24);
}

// At most so many epochs, but none after one that moves the weights by at most a tenth of their length.
int run_until_settled(Solver& solver, int epochs) {
  for (int e = 1; e <= epochs; ++e) {
    const Weights before = weights_of(solver);
    solver.epoch();
    double moved = 0, size = 0;
    for (std::size_t j = 0; j < before.size(); ++j) {
      moved += std::pow(solver.weights()[j] - before[j], 2);
      size += std::pow(solver.weights()[j], 2);
    }
    if (moved <= 0.01 * size) return e;
  }
  return epochs;
}

void run(Solver& solver, int epochs) {
  for (int e = 0; e < epochs; ++e) solver.epoch();
}

}  // namespace

TEST_CASE("a switch: the second solver begins where the first has got to") {
  const SmallData made = rows();
  const auto loss = loss::make("logistic");
  const Problem problem(made.data, *loss, Penalty{0, 0.05});
  const Weights zero(problem.dimension());
  const auto relay = sgd_then_gd();
  const auto first = solver::make("sgd", {}), second = solver::make("gd", {});
  second->start(problem, zero);
  const double to_try = second->passes();  // whether the second takes the problem is tried at the start
  for (int again = 0; again < 2; ++again) {
    relay->start(problem, zero);
    first->start(problem, zero);
    run(*relay, 3);
    run(*first, 3);
    CHECK(weights_of(*relay) == weights_of(*first));
    second->start(problem, weights_of(*first));
    run(*relay, 4);
    run(*second, 4);
    CHECK(weights_of(*relay) == weights_of(*second));
    CHECK(relay->epochs() == first->epochs() + second->epochs());
    CHECK(relay->updates() == first->updates() + second->updates());
    CHECK(relay->passes() == first->passes() + second->passes() + to_try);
    CHECK(relay->step() == second->step());
  }
}

TEST_CASE("a switch to a solver that refuses the problem is refused at once") {
  const SmallData made = rows();
  const auto loss = loss::make("logistic");
  const Problem problem(made.data, *loss, Penalty{0.01, 0.05});
  SolverOptions beyond;
  beyond.step = 1e3;  // saga with l1 takes steps up to 1/l2
  const auto relay = switch_solver(solver::make("sgd", {}), 3, solver::make("saga", beyond));
  CHECK_THROWS_AS(relay->start(problem, Weights(problem.dimension())), UsageError);
}

TEST_CASE("continuation: the last solver's step falls to 0 at the end of the epochs, and not before") {
  const SmallData made = rows();
  const auto loss = loss::make("logistic");
  for (const double l2 : {0.001, 100.0}) {  // a path, of which some steps settle at once; no path
    CAPTURE(l2);
    const Problem problem(made.data, *loss, Penalty{0, l2});
    const auto relay = continuation(
        [](double epochs) {
          SolverOptions options;
          options.averaging = "none";
          options.step = 0.004;
          options.epochs = epochs;
          return solver::make("sgd", options);
        },
        4, 24);
    relay->start(problem, Weights(problem.dimension()));
    while (relay->epochs() < 23) relay->epoch();
    CHECK(relay->step() > 0);
    relay->epoch();
    CHECK(relay->epochs() == 24);
    CHECK(relay->step() == 0);
  }
}

TEST_CASE("continuation by smoothing: each width is a problem of its own, the last is the hinge's") {
  const SmallData made = rows();
  const auto hinge = loss::make("hinge");
  const Problem problem(made.data, *hinge, Penalty{0, 0.05});
  const std::vector<double> widths = smoothing_path(3);
  CHECK(widths == std::vector<double>{1, 0.25});
  const auto relay =
      continuation([](double) { return solver::make("sdca", {}); }, 3, 30, ContinuationBy::smoothing);
  Weights w(problem.dimension());
  relay->start(problem, w);
  for (std::size_t k = 0; k < 3; ++k) {
    CAPTURE(k);
    LossOptions options;
    options.hinge_smoothing = k < 2 ? widths[k] : 1;
    const auto loss = loss::make(k < 2 ? "smoothed-hinge" : "hinge", options);
    const Problem easier(made.data, *loss, Penalty{0, 0.05});
    const auto step = solver::make("sdca", {});
    step->start(easier, w);
    CHECK(relay->duals().has_value() == (k == 2));
    const int epochs = k < 2 ? run_until_settled(*step, 5) : 7;  // 30 / (2 * 3)
    if (k == 2) run(*step, epochs);
    run(*relay, epochs);
    w = weights_of(*step);
    CHECK(weights_of(*relay) == w);
  }
}

TEST_CASE("continuation: equal ratios from where all weights are zero down to the penalty") {
  const SmallData made = rows();
  const auto loss = loss::make("logistic");
  double passes = 0;
  const Problem sparse(made.data, *loss, Penalty{0.002, 0.05});
  const auto path = continuation_path(sparse, 4, passes);
  CHECK(passes == 1);
  REQUIRE(path.size() == 3);
  const double ratio = path[1].l1 / path[0].l1;
  CHECK(ratio < 1);
  CHECK(path[2].l1 / path[1].l1 == doctest::Approx(ratio).epsilon(1e-12));
  CHECK(0.002 / path[2].l1 == doctest::Approx(ratio).epsilon(1e-12));
  for (const Penalty& penalty : path) CHECK(penalty.l2 == 0.05);

  // Zero is optimal at the path's start, one ratio above its first penalty, and not below.
  const auto best = [&](double l1) {
    const Problem problem(made.data, *loss, Penalty{l1, 0.05});
    const auto solver = solver::make("lbfgs", {});
    TrainOptions options;
    options.tolerance = 1e-8;
    return train(problem, *solver, options).last.nonzeros;
  };
  CHECK(best(path[0].l1 / ratio * 1.001) == 0);
  CHECK(best(path[0].l1 / ratio * 0.98) > 0);

  const Problem smooth(made.data, *loss, Penalty{0, 0.05});
  const auto by_l2 = continuation_path(smooth, 3, passes);
  REQUIRE(by_l2.size() == 2);
  CHECK(by_l2[0].l1 == 0);
  CHECK(by_l2[0].l2 / by_l2[1].l2 == doctest::Approx(by_l2[1].l2 / 0.05).epsilon(1e-12));

  CHECK(continuation_path(sparse, 1, passes).empty());
  CHECK(continuation_path(Problem(made.data, *loss, Penalty{0, 0}), 5, passes).empty());
  CHECK(continuation_path(Problem(made.data, *loss, Penalty{1e3, 0}), 5, passes).empty());
}

TEST_CASE("continuation: every step is the solver on its penalty, from the weights of the last") {
  const SmallData made = rows();
  const auto loss = loss::make("logistic");
  for (const Penalty& own : {Penalty{0.002, 0.05}, Penalty{0, 0.05}, Penalty{1e3, 0.05}}) {
    const Problem problem(made.data, *loss, own);
    double passes = 0;
    auto path = continuation_path(problem, 4, passes);
    path.push_back(own);
    const auto relay = four_steps();
    Weights w(problem.dimension());
    relay->start(problem, w);
    for (std::size_t k = 0; k < path.size(); ++k) {
      CAPTURE(k);
      const Problem easier(made.data, *loss, path[k]);
      const auto step = solver::make("gd", {});
      step->start(easier, w);
      const bool last = k + 1 == path.size();
      int epochs = 9;
      if (last)
        run(*step, epochs);
      else
        epochs = run_until_settled(*step, 3);  // 24 / (2 * 4)
      run(*relay, epochs);
      w = weights_of(*step);
      CHECK(weights_of(*relay) == w);
    }
  }
}

TEST_CASE("a relay saved in any leg continues to the bit, and a damaged state is refused") {
  const SmallData made = rows();
  const auto loss = loss::make("logistic");
  const Problem problem(made.data, *loss, Penalty{0.002, 0.05});
  const Weights zero(problem.dimension());
  for (const bool path : {false, true})
    for (const int before : {0, 2, 3, 5, 11}) {
      CAPTURE(path);
      CAPTURE(before);
      const auto whole = path ? four_steps() : sgd_then_gd(), loaded = path ? four_steps() : sgd_then_gd();
      whole->start(problem, zero);
      run(*whole, before);
      Archive out;
      whole->state(out);
      loaded->start(problem, zero);
      Archive in(out.bytes());
      loaded->state(in);
      CHECK(in.exhausted());
      CHECK(weights_of(*whole) == weights_of(*loaded));
      run(*whole, 6);
      run(*loaded, 6);
      CHECK(weights_of(*whole) == weights_of(*loaded));
      CHECK(whole->epochs() == loaded->epochs());
      CHECK(whole->passes() == loaded->passes());
      std::string damaged = out.bytes();
      damaged[0] = 9;  // a leg that is not there
      Archive bad(damaged);
      CHECK_THROWS_AS(loaded->state(bad), DataError);
    }
}

TEST_CASE("the certificate of a relay is of the problem asked for") {
  const SmallData made = rows();
  const auto loss = loss::make("logistic");
  const Problem problem(made.data, *loss, Penalty{0, 0.01});
  TrainOptions options;
  options.tolerance = 1e-6;
  options.epochs = 400;
  const auto plain = solver::make("saga", {});
  const TrainResult direct = train(problem, *plain, options);
  REQUIRE(direct.certificate.converged);
  const auto relay = continuation([](double) { return solver::make("saga", {}); }, 4, options.epochs);
  const TrainResult stepwise = train(problem, *relay, options);
  CHECK(stepwise.certificate.converged);
  CHECK(std::abs(stepwise.last.objective - direct.last.objective) <= 2 * direct.certificate.target);
}
