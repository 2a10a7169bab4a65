// adagrad against a dense loop of composite mirror descent: G <- G + g^2, H = sqrt(G) + eps,
// w <- S(w - a g / H, a l1 / H) / (1 + a l2 / H), every coordinate at every update.
#include "solver/dense_stochastic.hpp"
#include "solver/stochastic/idle_prox.hpp"
#include "sparselearn/base/error.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

struct DenseAdagrad : DenseRule {
  DenseAdagrad(const Dense& on, const Vector& w0, double eps)
      : DenseRule(on, w0), epsilon(eps), squares(w0.size(), 0.0) {}

  void move(const Vector& g, double a) override {
    for (std::size_t j = 0; j < w.size(); ++j) {
      squares[j] += g[j] * g[j];
      const double h = std::sqrt(squares[j]) + epsilon;
      const double v = w[j] - a * g[j] / h;
      w[j] = std::copysign(std::max(0.0, std::abs(v) - a * dense.l1(j) / h), v) / (1 + a * dense.l2(j) / h);
    }
  }

  double epsilon;
  Vector squares;
};

void compare(const Setting& setting) {
  tests::compare("adagrad", setting, [&](const Dense& dense, const Vector& w0, const SolverOptions& options) {
    return std::make_unique<DenseAdagrad>(dense, w0, options.epsilon);
  });
}

Setting with(double step, Penalty penalty) {
  Setting setting = with_step(step);
  setting.options.schedule = "constant";
  setting.options.epsilon = 0.1;  // so that features without a gradient yet are not at 0 at once
  setting.penalty = penalty;
  return setting;
}

const Penalty penalties[] = {{0, 0}, {0, 0.05}, {0.01, 0}, {0.01, 0.05}, {0.0003, 1e-7}};

}  // namespace

TEST_CASE("adagrad: iterates and averages are the dense loop's, for every penalty") {
  for (const std::string averaging : {"none", "auto", "uniform", "linear", "weighted"})
    for (const double start : {0.0, 1.3})
      for (const Penalty& penalty : penalties) {
        CAPTURE(averaging);
        CAPTURE(start);
        CAPTURE(penalty.l1);
        CAPTURE(penalty.l2);
        Setting setting = with(0.3, penalty);
        setting.options.averaging = averaging;
        setting.options.averaging_start = start;
        compare(setting);
      }
}

TEST_CASE("adagrad: mini-batches, losses, row weights, samplings, with and without an intercept") {
  for (const std::string loss : {"logistic", "squared", "hinge", "softmax"})
    for (const std::uint64_t batch : {1U, 5U})
      for (const std::string sampling : {"uniform", "norm"})
        for (const bool intercept : {false, true}) {
          CAPTURE(loss);
          CAPTURE(batch);
          CAPTURE(sampling);
          CAPTURE(intercept);
          Setting setting = with(0.3, {0.005, 0.05});
          setting.loss = loss;
          setting.intercept = intercept;
          setting.options.batch_size = batch;
          setting.options.batch_growth = 1.4;
          setting.options.sampling = sampling;
          setting.options.averaging = "linear";
          setting.rows.weighted = true;
          compare(setting);
        }
}

TEST_CASE("adagrad: coordinates idle for thousands of updates, zeroed on the way or not") {
  for (const double l1 : {0.0, 1e-6, 1e-4})
    for (const std::string averaging : {"none", "linear"}) {
      CAPTURE(l1);
      CAPTURE(averaging);
      Setting setting = with(0.3, {l1, 1e-4});
      setting.options.averaging = averaging;
      setting.rows.rows = 5000;
      setting.rows.density = 0.001;
      setting.epochs = 2;
      compare(setting);
    }
}

TEST_CASE("prox_run: steps, end and sums of a loop, for any number of steps") {
  for (const double tau : {0.0, 0.01, 0.3})
    for (const double kappa : {0.0, 1e-9, 0.02, 3.0})
      for (const std::uint64_t steps : {0U, 1U, 2U, 3U, 5U, 17U, 64U, 100U, 1000U}) {
        CAPTURE(tau);
        CAPTURE(kappa);
        CAPTURE(steps);
        double w = 1, sum = 0, moment = 0, end = 1;
        std::uint64_t above = 0;
        for (std::uint64_t i = 1; i <= steps; ++i) {
          w = std::max(0.0, w - tau) / (1 + kappa);
          sum += w;
          moment += static_cast<double>(i) * w;
          if (w > 0) above = i, end = w;
        }
        const ProxRun run = prox_run(1, tau, kappa, steps);
        CHECK(run.steps == above);
        CHECK(run.end(1) == doctest::Approx(end).epsilon(1e-12));
        CHECK(run.sum(1) == doctest::Approx(sum).epsilon(1e-12));
        CHECK(run.moment(1) == doctest::Approx(moment).epsilon(1e-12));
      }
}

TEST_CASE("shrinking_run: the bits of prox_run without l1, and 0 where that gets to 0") {
  for (const double kappa : {0.0, 1e-9, 0.02, 3.0})
    for (const std::uint64_t steps : {0U, 1U, 2U, 3U, 5U, 17U, 64U, 100U, 1000U, 12345U}) {
      CAPTURE(kappa);
      CAPTURE(steps);
      const ProxRun expected = prox_run(1, 0, kappa, steps);
      const ShrinkingRun run = shrinking_run(kappa, steps);
      CHECK(run.steps == static_cast<double>(steps));
      if (expected.steps == steps) {
        CHECK(run.end == expected.end(1));
        CHECK(run.sum == expected.sum(1));
        CHECK(run.moment == expected.moment(1));
      } else {
        CHECK(run.end == 0);
        CHECK(run.sum == doctest::Approx(expected.sum(1)).epsilon(1e-15));
        CHECK(run.moment == doctest::Approx(expected.moment(1)).epsilon(1e-15));
      }
    }
}

TEST_CASE("adagrad: schedules, exponential averages and an epsilon of 0 are refused") {
  Setting setting = with(0.3, {0, 0.05});
  setting.options.schedule = "inverse";
  CHECK_THROWS_AS(compare(setting), UsageError);
  setting = with(0.3, {0, 0.05});
  setting.options.averaging = "exponential";
  CHECK_THROWS_AS(compare(setting), UsageError);
  setting = with(0.3, {0, 0.05});
  setting.options.epsilon = 0;
  CHECK_THROWS_AS(compare(setting), UsageError);
}
