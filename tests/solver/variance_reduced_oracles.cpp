// sag, saga and svrg against dense loops of their formulas: every coordinate moves at every step by
// S(w - a (g + l2 w), a l1).
#include <cmath>

#include "solver/dense_table.hpp"
#include "support/random_problem.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

class DenseSaga {
 public:
  DenseSaga(const Dense& dense, const Vector& w0, const SolverOptions& options)
      : w_(w0), step_(*options.step), table_(dense, w0) {}

  void epoch(Visits& visits) {
    const Dense& dense = table_.dense;
    for (const std::uint64_t i : visits.next_epoch()) {
      const Vector change = table_.change(i, w_);
      Vector g = table_.mean;
      dense.add(g, i, change, dense.r[i] * visits.inverse(i));
      dense.proximal_step(w_, g, step_);
      dense.add(table_.mean, i, change, dense.r[i] / static_cast<double>(dense.rows));
      for (std::size_t c = 0; c < change.size(); ++c) table_.stored[i][c] += change[c];
    }
  }
  const Vector& solution() const { return w_; }

 private:
  Vector w_;
  double step_;
  Table table_;
};

class DenseSag {
 public:
  DenseSag(const Dense& dense, const Vector& w0, const SolverOptions& options)
      : w_(w0), step_(*options.step), table_(dense, w0) {
    for (Vector& stored : table_.stored) stored.assign(stored.size(), 0.0);
    table_.mean.assign(w0.size(), 0.0);
  }

  void epoch(Visits& visits) {
    const Dense& dense = table_.dense;
    for (const std::uint64_t i : visits.next_epoch()) {
      const Vector change = table_.change(i, w_);
      for (std::size_t c = 0; c < change.size(); ++c) table_.stored[i][c] += change[c];
      dense.add(table_.mean, i, change, dense.r[i] / static_cast<double>(dense.rows));
      dense.proximal_step(w_, table_.mean, step_);
    }
  }
  const Vector& solution() const { return w_; }

 private:
  Vector w_;
  double step_;
  Table table_;
};

class DenseSvrg {
 public:
  DenseSvrg(const Dense& dense, const Vector& w0, const SolverOptions& options)
      : options_(options),
        w_(w0),
        table_(dense, w0),
        random_(~options.seed),
        inner_(static_cast<std::uint64_t>(options.inner * static_cast<double>(dense.rows))) {
    left_ = length();
  }

  void epoch(Visits& visits) {
    for (const std::uint64_t i : visits.next_epoch()) {
      if (left_ == 0) {
        table_.refill(w_);  // u <- w
        left_ = length();
      }
      --left_;
      Vector g = table_.mean;
      table_.dense.add(g, i, table_.change(i, w_), table_.dense.r[i] * visits.inverse(i));
      table_.dense.proximal_step(w_, g, *options_.step);
    }
  }
  const Vector& solution() const { return w_; }

 private:
  /// Inner steps with one snapshot, by the solver's draws: geometric with mean m, uniform in 1 .. m, or m.
  std::uint64_t length() {
    const double m = static_cast<double>(inner_);
    if (options_.loopless) {
      const double u = random_.uniform();
      std::uint64_t steps = 1;
      for (double tail = 1 - 1 / m; 1 - u <= tail; tail *= 1 - 1 / m) ++steps;
      return steps;
    }
    return options_.snapshot == "random" ? 1 + random_.below(inner_) : inner_;
  }

  const SolverOptions options_;
  Vector w_;
  Table table_;
  Random random_;
  std::uint64_t inner_, left_ = 0;
};

struct Setting {
  SolverOptions options;
  Penalty penalty{0.01, 0.05};
  std::string loss = "logistic";
  bool intercept = true;
  bool weighted = true;
};

template <class Textbook>
void compare(const std::string& name, const Setting& setting) {
  RandomRows shape;
  shape.weighted = setting.weighted;
  const RandomProblem made(shape, setting.loss, setting.penalty, setting.intercept);
  const Problem& problem = *made.problem;
  const Dense dense(problem);
  const Vector w0 = uneven_start(problem.dimension());
  Visits visits(problem, dense, setting.options);
  Textbook textbook(dense, w0, setting.options);
  const auto solver = solver::make(name, setting.options);
  solver->start(problem, w0);
  check_same_weights(solver->weights(), w0);
  for (int e = 0; e < 6; ++e) {
    solver->epoch();
    textbook.epoch(visits);
    CAPTURE(e);
    check_same_weights(solver->weights(), textbook.solution());
  }
}

Setting with_step(double step) {
  Setting setting;
  setting.options.step = step;
  setting.options.sampling = "uniform";
  return setting;
}

const Penalty penalties[] = {{0, 0}, {0, 0.05}, {0.01, 0}, {0.01, 0.05}, {0.1, 0.5}};

// Every loss, penalty, sampling and order of rows.
template <class Textbook>
void compare_all(const std::string& name, const SolverOptions& base) {
  const bool takes_l1 = (solver::find(name)->supports & solver::l1) != 0;
  for (const Penalty& penalty : penalties) {
    if (penalty.l1 > 0 && !takes_l1) continue;
    for (const std::string sampling : {"uniform", "norm"})
      for (const std::string loss : {"logistic", "squared", "squared-hinge", "softmax"})
        for (const bool intercept : {false, true}) {
          CAPTURE(penalty.l1);
          CAPTURE(penalty.l2);
          CAPTURE(sampling);
          CAPTURE(loss);
          CAPTURE(intercept);
          Setting setting{base, penalty, loss, intercept};
          setting.options.sampling = sampling;
          compare<Textbook>(name, setting);
        }
  }
  for (const std::string order : {"once", "sequential", "random"}) {
    if (!solver::find(name)->reads("order")) continue;
    for (const std::string sampling : {"uniform", "norm"}) {
      CAPTURE(order);
      CAPTURE(sampling);
      Setting setting{base};
      setting.options.order = order;
      setting.options.sampling = sampling;
      compare<Textbook>(name, setting);
    }
  }
}

}  // namespace

TEST_CASE("sag: iterates are the dense loop's") {
  SolverOptions options = with_step(0.1).options;
  options.order = "random";  // sag knows no other
  compare_all<DenseSag>("sag", options);
}

TEST_CASE("saga: iterates are the dense loop's") { compare_all<DenseSaga>("saga", with_step(0.1).options); }

TEST_CASE("svrg: iterates are the dense loop's, snapshots at and across the ends of epochs") {
  for (const double inner : {1.0, 1.4, 0.3}) {
    CAPTURE(inner);
    SolverOptions options = with_step(0.1).options;
    options.inner = inner;
    compare_all<DenseSvrg>("svrg", options);
  }
}

TEST_CASE("svrg: loopless, and random snapshots") {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U})
    for (const bool loopless : {true, false})
      for (const double l1 : {0.0, 0.01}) {
        CAPTURE(seed);
        CAPTURE(loopless);
        CAPTURE(l1);
        Setting setting = with_step(0.1);
        setting.options.seed = seed;
        setting.options.inner = 0.5;
        setting.options.loopless = loopless;
        setting.options.snapshot = loopless ? "last" : "random";
        setting.penalty.l1 = l1;
        compare<DenseSvrg>("svrg", setting);
      }
}
