// sgd against a dense loop of its formula, step for step: w <- S(w - a (g + l2 w), a l1), averages as
// weighted sums of all the iterates.
#include "solver/dense_stochastic.hpp"
#include "sparselearn/base/error.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

struct DenseSgd : DenseRule {
  using DenseRule::DenseRule;
  void move(const Vector& g, double a) override { dense.proximal_step(w, g, a); }
};

void compare(const Setting& setting) {
  tests::compare("sgd", setting, [](const Dense& dense, const Vector& w0, const SolverOptions&) {
    return std::make_unique<DenseSgd>(dense, w0);
  });
}

const Penalty penalties[] = {{0, 0}, {0, 0.05}, {0.01, 0}, {0.01, 0.05}};

}  // namespace

TEST_CASE("sgd: iterates and averages are the dense loop's, for every penalty and both samplings") {
  for (const std::string averaging : {"none", "uniform", "linear", "weighted", "exponential", "auto"})
    for (const Penalty& penalty : penalties)
      for (const std::string sampling : {"uniform", "norm"}) {
        CAPTURE(averaging);
        CAPTURE(penalty.l1);
        CAPTURE(penalty.l2);
        CAPTURE(sampling);
        Setting setting = with_step(0.3);
        setting.options.averaging = averaging;
        setting.options.averaging_decay = 0.98;
        setting.options.sampling = sampling;
        setting.penalty = penalty;
        compare(setting);
      }
}

TEST_CASE("sgd: mini-batches, also growing ones, share one set of weights and move every coordinate once") {
  for (const std::uint64_t batch : {2U, 5U, 16U, 200U})
    for (const double growth : {1.0, 1.7})
      for (const Penalty& penalty : penalties)
        for (const std::string averaging : {"none", "linear"}) {
          CAPTURE(batch);
          CAPTURE(growth);
          CAPTURE(penalty.l1);
          CAPTURE(averaging);
          Setting setting = with_step(0.5);
          setting.options.batch_size = batch;
          setting.options.batch_growth = growth;
          setting.options.averaging = averaging;
          setting.penalty = penalty;
          compare(setting);
        }
}

TEST_CASE("sgd: mini-batches go on from one group of rows to the next, to step 0 at the end") {
  Setting setting = with_step(0.5);
  setting.rows.rows = 9000;
  setting.options.order = "random";  // in groups of 4,096 rows
  for (const double growth : {1.0, 1.7}) {
    CAPTURE(growth);
    setting.options.batch_size = 2500;
    setting.options.batch_growth = growth;
    setting.options.epochs = setting.epochs = 3;
    compare(setting);
    const RandomProblem made(setting.rows, setting.loss, setting.penalty, setting.intercept);
    const auto solver = solver::make("sgd", setting.options);
    solver->start(*made.problem, Vector(made.problem->dimension(), 0.0));
    for (int e = 0; e < 3; ++e) {
      CHECK(solver->step() > 0);
      solver->epoch();
    }
    CHECK(solver->step() == 0);
  }
}

TEST_CASE("sgd, momentum, nag: without an average the step falls in a line to 0, lock-free too") {
  const RandomProblem made({}, "logistic", {0, 0.05}, false);
  for (const std::string name : {"sgd", "momentum", "nag", "lock-free sgd"}) {
    CAPTURE(name);
    SolverOptions options;
    options.step = 0.1;
    options.epochs = 5;
    options.averaging = "none";
    if (name == "lock-free sgd") options.mode = "hogwild";
    const auto solver = solver::make(name == "lock-free sgd" ? "sgd" : name, options);
    solver->start(*made.problem, Vector(made.problem->dimension(), 0.0));
    for (int e = 0; e < 5; ++e) {
      CHECK(solver->step() == doctest::Approx(0.1 * (5 - e) / 5).epsilon(1e-12));
      solver->epoch();
    }
    CHECK(solver->step() == 0);
  }
}

TEST_CASE("sgd: a batch of one row that grows is the dense loop's") {
  Setting setting = with_step(0.3);
  setting.options.batch_growth = 1.5;
  compare(setting);
}

TEST_CASE("sgd: every schedule") {
  for (const auto& info : schedule::all())
    for (const std::string averaging : {"none", "weighted"}) {
      CAPTURE(info.name);
      CAPTURE(averaging);
      Setting setting = with_step(0.4);
      setting.options.schedule = std::string(info.name);
      setting.options.schedule_options.horizon = info.name == "horizon" ? 100 : 0;
      setting.options.epochs = setting.epochs;
      setting.options.averaging = averaging;
      compare(setting);
    }
}

TEST_CASE("sgd: averages that begin later") {
  for (const std::string averaging : {"uniform", "linear", "weighted", "exponential"})
    for (const double start : {0.5, 1.0, 2.3, 50.0}) {
      CAPTURE(averaging);
      CAPTURE(start);
      Setting setting = with_step(0.3);
      setting.options.averaging = averaging;
      setting.options.averaging_decay = 0.99;
      setting.options.averaging_start = start;
      compare(setting);
    }
}

TEST_CASE("sgd: row weights, without an intercept, orders, samplings") {
  for (const std::string order : {"reshuffle", "once", "sequential", "random"})
    for (const std::string sampling : {"uniform", "norm"})
      for (const bool intercept : {false, true}) {
        CAPTURE(order);
        CAPTURE(sampling);
        CAPTURE(intercept);
        Setting setting = with_step(0.3);
        setting.options.order = order;
        setting.options.sampling = sampling;
        setting.options.averaging = "linear";
        setting.intercept = intercept;
        setting.rows.weighted = true;
        compare(setting);
      }
}

TEST_CASE("sgd: losses, with kinks and with a score per class") {
  for (const std::string loss : {"squared", "hinge", "squared-hinge", "softmax"})
    for (const std::uint64_t batch : {1U, 4U})
      for (const std::string averaging : {"none", "linear"}) {
        CAPTURE(loss);
        CAPTURE(batch);
        CAPTURE(averaging);
        Setting setting = with_step(0.2);
        setting.loss = loss;
        setting.options.batch_size = batch;
        setting.options.averaging = averaging;
        compare(setting);
      }
}

TEST_CASE("sgd: decay so strong that the common factor is renewed within an epoch") {
  for (const std::string averaging : {"none", "linear", "exponential"})
    for (const double l1 : {0.0, 0.02}) {
      CAPTURE(averaging);
      CAPTURE(l1);
      Setting setting = with_step(0.7);
      setting.options.schedule = "constant";
      setting.options.averaging = averaging;
      setting.options.averaging_decay = 0.5;  // and exponential weights that overflow without renewal
      setting.penalty = {l1, 1.0};
      setting.rows.rows = 400;
      compare(setting);
    }
}

TEST_CASE("sgd: steps of 1/l2 and more are refused, those below are the dense loop's") {
  for (const double l1 : {0.0, 0.02}) {
    CAPTURE(l1);
    Setting setting = with_step(0.49);
    setting.penalty = {l1, 2.0};
    setting.options.averaging = "linear";
    compare(setting);
    setting.options.step = 0.5;
    CHECK_THROWS_AS(compare(setting), UsageError);
    setting.options.step = 0.8;
    CHECK_THROWS_AS(compare(setting), UsageError);
  }
}
