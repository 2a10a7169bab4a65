// What every batch solver must do, read from the table: reach the minimum, repeat itself to the bit, resume
// to the bit, survive odd data, refuse what it cannot do.
#include "solver/textbook.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/engine/threads.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

std::vector<const solver::Info*> batch_solvers() {
  std::vector<const solver::Info*> found;
  for (const solver::Info& info : solver::all())
    if (info.family == "batch") found.push_back(&info);
  REQUIRE(found.size() == 11);
  return found;
}

// kfac needs a score per class; the others take any loss.
std::string loss_for(const solver::Info& info) { return info.name == "kfac" ? "softmax" : "logistic"; }

Vector run(const solver::Info& info, const Problem& problem, int epochs, const SolverOptions& options = {}) {
  const auto solver = info.make(options);
  solver->start(problem, Vector(problem.dimension(), 0.0));
  for (int k = 0; k < epochs; ++k) solver->epoch();
  return weights_of(*solver);
}

RandomRows large() {
  RandomRows shape;
  shape.rows = 3000;
  shape.features = 60;
  shape.rows_a_block = 700;
  return shape;
}

// Every rule of the solver that another option chooses.
std::vector<SolverOptions> variants(const solver::Info& info) {
  std::vector<SolverOptions> all(1);
  const auto add = [&](auto&& change) {
    SolverOptions options;
    change(options);
    all.push_back(options);
  };
  if (info.name == "gd") {
    for (const char* rule : {"fixed", "backtracking", "wolfe"})
      add([&](SolverOptions& o) { o.line_search = rule; });
  } else if (info.name == "heavy-ball" || info.name == "nesterov") {
    add([](SolverOptions& o) { o.line_search = "fixed"; });
  } else if (info.name == "bfgs" || info.name == "lbfgs") {
    add([](SolverOptions& o) { o.line_search = "backtracking"; });
  } else if (info.name == "cg") {
    add([](SolverOptions& o) { o.cg_beta = "fletcher-reeves"; });
    add([](SolverOptions& o) { o.line_search = "exact"; });
  } else if (info.name == "natural-gradient") {
    add([](SolverOptions& o) { o.fisher = "empirical"; });
  }
  return all;
}

}  // namespace

TEST_CASE("every batch solver reaches the minimum") {
  for (const solver::Info* info : batch_solvers())
    for (const SolverOptions& options : variants(*info))
      for (const std::string loss : {"logistic", "squared-hinge", "squared", "softmax"}) {
        if (info->name == "kfac" && loss != "softmax") continue;
        CAPTURE(info->name);
        CAPTURE(options.line_search);
        CAPTURE(loss);
        const Case c(loss, {0, 0.02}, true);
        const Textbook book(c.problem());
        const double scale = book.value(Vector(c.dimension(), 0.0)), least = book.value(book.minimiser());
        CHECK(book.value(run(*info, c.problem(), 1500, options)) - least <= 1e-7 * scale);
      }
}

TEST_CASE("with l1: the same minimum, zeros and all, by all solvers that take l1") {
  const Case c("logistic", {0.01, 0.005}, true);
  const Textbook book(c.problem());
  Vector reference;
  int solvers = 0;
  for (const solver::Info* info : batch_solvers()) {
    if (!(info->supports & solver::l1)) continue;
    CAPTURE(info->name);
    const Vector w = run(*info, c.problem(), 1000);
    const Vector g = book.gradient(w);
    for (std::size_t j = 0; j < w.size(); ++j) {
      const double l1 = book.dense.l1(j);
      if (w[j] != 0)
        CHECK(std::abs(g[j] + std::copysign(l1, w[j])) < 1e-8);
      else
        CHECK(std::abs(g[j]) <= l1 + 1e-8);
    }
    if (reference.empty()) reference = w;
    for (std::size_t j = 0; j < w.size(); ++j) CHECK((w[j] == 0) == (reference[j] == 0));
    ++solvers;
  }
  CHECK(solvers == 3);
}

TEST_CASE("runs repeat to the bit, on any number of threads") {
  for (const solver::Info* info : batch_solvers())
    for (const SolverOptions& options : variants(*info)) {
      CAPTURE(info->name);
      const Case c(loss_for(*info), {0, 0.001}, true, large());
      Vector first;
      for (const std::size_t threads : {1U, 1U, 2U, 7U}) {
        const ThreadLimit limit(threads);
        const Vector w = run(*info, c.problem(), 12, options);
        if (first.empty()) first = w;
        CHECK(w == first);
      }
    }
}

TEST_CASE("a saved run continues to the bit, counters and all") {
  for (const double l1 : {0.0, 0.01})
    for (const solver::Info* info : batch_solvers())
      for (const SolverOptions& options : variants(*info)) {
        if (l1 > 0 && (!(info->supports & solver::l1) || options.line_search == "wolfe")) continue;
        CAPTURE(info->name);
        CAPTURE(options.line_search);
        const Case c(loss_for(*info), {l1, 0.001}, true);
        const Vector w0 = uneven_start(c.dimension());
        const auto whole = info->make(options), second = info->make(options);
        whole->start(c.problem(), w0);
        for (int k = 0; k < 9; ++k) whole->epoch();
        Archive saved;
        whole->state(saved);
        for (int k = 0; k < 9; ++k) whole->epoch();

        second->start(c.problem(), Vector(c.dimension(), 0.0));
        second->epoch();
        Archive loading(saved.bytes());
        second->state(loading);
        CHECK(loading.exhausted());
        for (int k = 0; k < 9; ++k) second->epoch();
        CHECK(weights_of(*second) == weights_of(*whole));
        CHECK(second->epochs() == whole->epochs());
        CHECK(second->updates() == whole->updates());
        CHECK(second->passes() == whole->passes());
        CHECK(second->stalled() == whole->stalled());
        CHECK(second->step() == whole->step());
      }
}

TEST_CASE("a second start forgets the first run") {
  for (const solver::Info* info : batch_solvers()) {
    CAPTURE(info->name);
    const Case c(loss_for(*info), {0, 0.01});
    const auto solver = info->make({});
    Vector first;
    for (int round = 0; round < 2; ++round) {
      solver->start(c.problem(), Vector(c.dimension(), 0.0));
      CHECK(solver->epochs() == 0);
      CHECK(solver->updates() == 0);
      for (int k = 0; k < 7; ++k) solver->epoch();
      if (round == 0) first = weights_of(*solver);
      CHECK(weights_of(*solver) == first);
    }
  }
}

TEST_CASE("odd data: no NaN, no rise of F") {
  std::vector<RandomRows> shapes(5);
  shapes[1].rows = 1;
  shapes[1].empty_every = 0;
  shapes[2].features = 1;
  shapes[3].rows = 5;
  shapes[3].empty_every = 1;  // every row empty
  shapes[4].density = 1;
  for (const solver::Info* info : batch_solvers())
    for (const SolverOptions& options : variants(*info))
      for (const RandomRows& shape : shapes)
        for (const std::string loss : {"logistic", "squared-hinge", "squared", "softmax"})
          for (const bool intercept : {false, true}) {
            if (info->name == "kfac" && loss != "softmax") continue;
            CAPTURE(info->name);
            CAPTURE(options.line_search);
            CAPTURE(loss);
            CAPTURE(shape.rows);
            CAPTURE(shape.features);
            const Case c(loss, {0, 0}, intercept, shape);
            const Textbook book(c.problem());
            const Vector w = run(*info, c.problem(), 40, options);
            for (const double v : w) REQUIRE(std::isfinite(v));
            CHECK(book.value(w) <= book.value(Vector(w.size(), 0.0)) * (1 + 1e-12));
          }
}

TEST_CASE("one class, and labels all the same") {
  for (const solver::Info* info : batch_solvers()) {
    if (info->name == "kfac") continue;
    CAPTURE(info->name);
    Dataset data = random_rows({});
    data.map_labels([](double) { return 1.0; });
    const auto loss = loss::make("logistic");
    const Problem problem(data, *loss, {0, 0}, true);
    for (const double v : run(*info, problem, 60)) REQUIRE(std::isfinite(v));
  }
}

TEST_CASE("losses without a curvature bound: poisson and exponential") {
  for (const solver::Info* info : batch_solvers()) {
    if (info->name == "kfac") continue;
    for (const std::string name : {"exponential", "poisson"}) {
      CAPTURE(info->name);
      CAPTURE(name);
      Dataset data = random_rows({});
      if (name == "poisson") data.map_labels([](double y) { return y > 0 ? 40.0 : 0.0; });
      const auto loss = loss::make(name);
      const Problem problem(data, *loss, {0, 0.001}, true);
      Objective objective(problem);
      const double before = objective.value(Vector(problem.dimension(), 0.0)).total;
      const Vector w = run(*info, problem, 60);
      for (const double v : w) REQUIRE(std::isfinite(v));
      CHECK(objective.value(w).total < before);
    }
  }
}

TEST_CASE("a step far too long is undone and shortened") {
  for (const std::string name : {"gd", "heavy-ball", "nesterov", "delta-bar-delta"}) {
    CAPTURE(name);
    const Case c("squared", {0, 0.02}, true);
    const Textbook book(c.problem());
    SolverOptions options;
    options.step = 1e9;
    const auto solver = solver::make(name, options);
    solver->start(c.problem(), Vector(c.dimension(), 0.0));
    for (int k = 0; k < 800; ++k) solver->epoch();
    const double least = book.value(book.minimiser());
    CHECK(book.value(weights_of(*solver)) - least < 1e-2 * book.value(Vector(c.dimension(), 0.0)));
  }
}

TEST_CASE("solvers stall when double precision is used up") {
  for (const std::string name : {"newton", "bfgs", "lbfgs", "cg", "nesterov", "gd"}) {
    CAPTURE(name);
    const Case c("logistic", {0, 0.02});
    const auto solver = solver::make(name, {});
    solver->start(c.problem(), Vector(c.dimension(), 0.0));
    int epochs = 0;
    for (; !solver->stalled() && epochs < 1000; ++epochs) solver->epoch();
    CHECK(solver->stalled());
    Objective objective(c.problem());
    Vector g(c.dimension());
    objective.value_and_gradient(solver->weights(), g);
    for (const double entry : g) CHECK(std::abs(entry) < 1e-7);
    const double passes = solver->passes();
    const Vector w = weights_of(*solver);
    solver->epoch();
    CHECK(solver->passes() == passes);
    CHECK(weights_of(*solver) == w);
  }
}

TEST_CASE("what a solver cannot do is refused") {
  const Case smooth("logistic", {0, 0.01}), sparse("logistic", {0.1, 0.01});
  const Vector w0(smooth.dimension(), 0.0);
  const auto starts = [&](const std::string& name, const Problem& problem,
                          const SolverOptions& options = {}) {
    solver::make(name, options)->start(problem, Vector(problem.dimension(), 0.0));
  };
  for (const std::string name :
       {"steepest", "heavy-ball", "delta-bar-delta", "cg", "bfgs", "newton", "natural-gradient"})
    CHECK_THROWS_AS(starts(name, sparse.problem()), UsageError);
  CHECK_THROWS_AS(starts("kfac", smooth.problem()), UsageError);

  RandomRows wide;
  wide.features = 5001;
  wide.density = 0.001;
  const Case many("logistic", {0, 0.01}, false, wide);
  CHECK_THROWS_WITH_AS(starts("bfgs", many.problem()), doctest::Contains("use lbfgs"), UsageError);

  Dataset data = random_rows({});
  const auto hinge = loss::make("hinge");
  const Problem kinked(data, *hinge, {0, 0.01});
  for (const solver::Info* info : batch_solvers())
    CHECK_THROWS_AS(starts(std::string(info->name), kinked), UsageError);

  SolverOptions options;
  options.line_search = "wolfe";
  CHECK_THROWS_AS(starts("gd", sparse.problem(), options), UsageError);
  CHECK_THROWS_AS(solver::make("nesterov", options), UsageError);
  options.line_search = "sideways";
  CHECK_THROWS_WITH_AS(solver::make("gd", options), doctest::Contains("backtracking"), UsageError);
  options = {};
  options.cg_beta = "hestenes";
  CHECK_THROWS_AS(solver::make("cg", options), UsageError);
  options = {};
  options.fisher = "guessed";
  CHECK_THROWS_AS(solver::make("natural-gradient", options), UsageError);
  options = {};
  options.damping = -1;
  for (const char* name : {"newton", "natural-gradient", "kfac"})
    CHECK_THROWS_AS(solver::make(name, options), UsageError);
}
