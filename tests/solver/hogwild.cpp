// The lock-free solvers: on one thread against dense loops of their formulas, with every P(j in T_i) counted;
// on several against the optimum.
#include <algorithm>
#include <cmath>
#include <memory>

#include "solver/dense_table.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/engine/threads.hpp"
#include "support/random_problem.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

// w_j <- prox_{a d_j h}(w_j - a (g_j + d_j m_j)) on the coordinates of row i.
class SparseLoop {
 public:
  SparseLoop(const Dense& dense, const Visits& visits, Vector w0)
      : w(std::move(w0)), dense_(dense), share_(dense.columns, 0.0) {
    const double n = static_cast<double>(dense.rows);
    for (std::uint64_t i = 0; i < dense.rows; ++i)
      for (std::size_t j = 0; j < dense.columns; ++j)
        if (dense.x[i][j] != 0) share_[j] += visits.expected(i) / n;
    // What no row holds the penalty alone decides.
    for (std::size_t j = 0; j < w.size(); ++j)
      if (share_[j / dense.outputs] == 0 && dense.l1(j) + dense.l2(j) > 0) w[j] = 0;
  }

  void step(std::uint64_t i, const Vector& gradient, const Vector& mean, double a) {
    Vector g(w.size(), 0.0);
    dense_.add(g, i, gradient, 1);
    for (std::size_t j = 0; j < w.size(); ++j) {
      if (dense_.x[i][j / dense_.outputs] == 0) continue;
      const double d = dense_.penalized(j) ? 1 / std::min(share_[j / dense_.outputs], 1.0) : 1;
      const double v = w[j] - a * (g[j] + d * mean[j]);
      w[j] = std::copysign(std::max(0.0, std::abs(v) - a * d * dense_.l1(j)), v) / (1 + a * d * dense_.l2(j));
    }
  }

  Vector w;

 private:
  const Dense& dense_;
  Vector share_;  // P(j in T_i), features
};

Vector scaled(Vector v, double factor) {
  for (double& x : v) x *= factor;
  return v;
}

void sgd_epoch(const Dense& dense, Visits& visits, SparseLoop& loop, double a) {
  const Vector none(loop.w.size(), 0.0);
  for (const std::uint64_t i : visits.next_epoch())
    loop.step(i, scaled(dense.derivative(i, loop.w), dense.r[i] * visits.inverse(i)), none, a);
}

void saga_epoch(Visits& visits, SparseLoop& loop, Table& table, double a) {
  const Dense& dense = table.dense;
  for (const std::uint64_t i : visits.next_epoch()) {
    const Vector change = table.change(i, loop.w);
    loop.step(i, scaled(change, dense.r[i] * visits.inverse(i)), table.mean, a);
    dense.add(table.mean, i, change, dense.r[i] / static_cast<double>(dense.rows));
    for (std::size_t c = 0; c < change.size(); ++c) table.stored[i][c] += change[c];
  }
}

// A snapshot every m steps, the first before the first; `left` steps until the next.
void svrg_epoch(Visits& visits, SparseLoop& loop, Table& table, std::uint64_t& left, std::uint64_t m,
                double a) {
  for (const std::uint64_t i : visits.next_epoch()) {
    if (left == 0) {
      table.refill(loop.w);
      left = m;
    }
    --left;
    loop.step(i, scaled(table.change(i, loop.w), table.dense.r[i] * visits.inverse(i)), table.mean, a);
  }
}

struct LoopCase {
  const char* loss;
  Penalty penalty;
  bool intercept;
  const char* sampling;
};
const LoopCase loop_cases[] = {
    {"logistic", {0, 0.1}, false, "uniform"},      {"logistic", {0.02, 0.05}, true, "uniform"},
    {"squared-hinge", {0.02, 0.05}, true, "norm"}, {"softmax", {0.01, 0.1}, true, "uniform"},
    {"logistic", {0.01, 0}, false, "norm"},
};

template <class Epoch>
void compare(const char* name, SolverOptions options, const Epoch& epoch) {
  for (const LoopCase& c : loop_cases) {
    RandomRows shape;
    shape.weighted = true;
    const RandomProblem setting(shape, c.loss, c.penalty, c.intercept);
    options.mode = "hogwild";
    options.sampling = c.sampling;
    options.step = 0.07;
    const Dense dense(*setting.problem);
    Visits visits(*setting.problem, dense, options);
    SparseLoop loop(dense, visits, uneven_start(setting.problem->dimension()));
    const ThreadLimit one(1);
    const auto solver = solver::make(name, options);
    solver->start(*setting.problem, uneven_start(setting.problem->dimension()));
    Table table(dense, loop.w);
    for (int e = 0; e < 5; ++e) {
      CAPTURE(name);
      CAPTURE(c.loss);
      CAPTURE(e);
      solver->epoch();
      epoch(dense, visits, loop, table);
      check_same_weights(solver->weights(), loop.w);
    }
  }
}

}  // namespace

TEST_CASE("hogwild on one thread: sgd, saga and svrg are the sparse reweighted loops") {
  SolverOptions plain;
  plain.averaging = "none";
  plain.schedule = "constant";
  compare("sgd", plain, [](const Dense& dense, Visits& visits, SparseLoop& loop, Table&) {
    sgd_epoch(dense, visits, loop, 0.07);
  });
  compare("saga", {}, [](const Dense&, Visits& visits, SparseLoop& loop, Table& table) {
    saga_epoch(visits, loop, table, 0.07);
  });
}

TEST_CASE("hogwild on one thread: svrg's snapshots fall where they should") {
  for (const LoopCase& c : loop_cases) {
    const RandomProblem setting({}, c.loss, c.penalty, c.intercept);
    SolverOptions options;
    options.mode = "hogwild";
    options.sampling = c.sampling;
    options.step = 0.07;
    options.inner = 0.6;
    const Dense dense(*setting.problem);
    Visits visits(*setting.problem, dense, options);
    SparseLoop loop(dense, visits, uneven_start(setting.problem->dimension()));
    const ThreadLimit one(1);
    const auto solver = solver::make("svrg", options);
    solver->start(*setting.problem, uneven_start(setting.problem->dimension()));
    Table table(dense, loop.w);
    std::uint64_t left = 0;
    for (int e = 0; e < 5; ++e) {
      CAPTURE(c.loss);
      CAPTURE(e);
      solver->epoch();
      svrg_epoch(visits, loop, table, left, 49, 0.07);  // 0.6 of 83 rows
      check_same_weights(solver->weights(), loop.w);
    }
  }
}

TEST_CASE("hogwild on one thread: sgd's average has the weights t^2") {
  const RandomProblem setting({}, "logistic", {0, 0.1}, false);
  SolverOptions options;
  options.mode = "hogwild";
  options.schedule = "constant";
  options.step = 0.07;
  options.sampling = "uniform";
  const Dense dense(*setting.problem);
  Visits visits(*setting.problem, dense, options);
  SparseLoop loop(dense, visits, Vector(dense.dimension(), 0.0));
  const ThreadLimit one(1);
  const auto solver = solver::make("sgd", options);
  solver->start(*setting.problem, loop.w);
  Vector sum(loop.w.size(), 0.0);
  double total = 0;
  for (int e = 1; e <= 4; ++e) {  // so few rows are averaged once an epoch
    solver->epoch();
    sgd_epoch(dense, visits, loop, 0.07);
    for (std::size_t j = 0; j < sum.size(); ++j) sum[j] += e * e * loop.w[j];
    total += e * e;
    check_same_weights(solver->weights(), scaled(sum, 1 / total));
  }
}

TEST_CASE("hogwild on one thread: ftrl makes the iterates of ftrl") {
  for (const LoopCase& c : loop_cases) {
    const RandomProblem setting({}, c.loss, c.penalty, c.intercept);
    SolverOptions options;
    options.step = 0.3;
    options.sampling = c.sampling;
    const ThreadLimit one(1);
    const auto serial = solver::make("ftrl", options);
    options.mode = "hogwild";
    const auto lock_free = solver::make("ftrl", options);
    const Vector w0 = uneven_start(setting.problem->dimension());
    serial->start(*setting.problem, w0);
    lock_free->start(*setting.problem, w0);
    for (int e = 0; e < 5; ++e) {
      serial->epoch();
      lock_free->epoch();
      const auto w = serial->weights();
      check_same_weights(lock_free->weights(), Vector(w.begin(), w.end()));
    }
  }
}

TEST_CASE("hogwild on several threads: saga and svrg reach the optimum, sgd and ftrl come near") {
  RandomRows shape;
  shape.rows = 1000;
  shape.features = 60;
  shape.weighted = true;
  shape.rows_a_block = 300;
  const ThreadLimit several(4);
  for (const LoopCase& c : loop_cases) {
    const RandomProblem setting(shape, c.loss, c.penalty, c.intercept);
    const Vector zero(setting.problem->dimension(), 0.0);
    Objective objective(*setting.problem);
    const double at_zero = objective.value(zero).total;
    const auto reached = [&](const char* name, const char* mode, int epochs) {
      SolverOptions options;
      options.mode = mode;
      options.epochs = epochs;
      const auto solver = solver::make(name, options);
      solver->start(*setting.problem, zero);
      for (int e = 0; e < epochs; ++e) solver->epoch();
      return objective.value(solver->weights()).total;
    };
    const double optimum = reached("saga", "deterministic", 400);
    CAPTURE(c.loss);
    CHECK(std::abs(reached("saga", "hogwild", 400) - optimum) <= 1e-10 * at_zero);
    CHECK(std::abs(reached("svrg", "hogwild", 400) - optimum) <= 1e-10 * at_zero);
    CHECK(reached("sgd", "hogwild", 50) - optimum <= 1e-2 * at_zero);
    CHECK(reached("ftrl", "hogwild", 50) - optimum <= 1e-2 * at_zero);
  }
}

TEST_CASE("hogwild: a saved state continues bit for bit on one thread") {
  const RandomProblem setting({}, "logistic", {0.01, 0.1}, true);
  const ThreadLimit one(1);
  SolverOptions options;
  options.mode = "hogwild";
  const Vector zero(setting.problem->dimension(), 0.0);
  for (const solver::Info& info : solver::all()) {
    if (!(info.supports & solver::hogwild)) {
      CHECK_THROWS_AS(solver::require_support(info, *setting.problem, true), UsageError);
      continue;
    }
    CAPTURE(info.name);
    const auto whole = info.make(options), first = info.make(options), second = info.make(options);
    whole->start(*setting.problem, zero);
    first->start(*setting.problem, zero);
    second->start(*setting.problem, zero);
    for (int e = 0; e < 3; ++e) first->epoch();
    Archive saved;
    first->state(saved);
    Archive loaded(saved.bytes());
    second->state(loaded);
    CHECK(loaded.exhausted());
    for (int e = 0; e < 6; ++e) whole->epoch();
    for (int e = 0; e < 3; ++e) second->epoch();
    const auto a = whole->weights(), b = second->weights();
    CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end()));
    CHECK(whole->epochs() == second->epochs());
    CHECK(whole->updates() == second->updates());
  }
}

TEST_CASE("hogwild: an automatic step is what the deterministic form finds, under every schedule") {
  const RandomProblem made({}, "logistic", {0, 0.1}, false);
  const Vector zero(made.problem->dimension(), 0.0);
  for (const char* schedule : {"auto", "horizon", "inverse-sqrt"}) {
    SolverOptions options;
    options.schedule = schedule;
    const auto serial = solver::make("sgd", options);
    options.mode = "hogwild";
    const auto lock_free = solver::make("sgd", options);
    serial->start(*made.problem, zero);
    lock_free->start(*made.problem, zero);
    CHECK(lock_free->step() == doctest::Approx(serial->step()));
  }
}
