// momentum and nag against dense loops of their formulas: v <- mu v - a (g + l2 p), w <- w + v with g at
// p = w or p = w + mu v.
#include "solver/dense_stochastic.hpp"
#include "sparselearn/base/error.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

struct DenseMomentum : DenseRule {
  DenseMomentum(const Dense& on, const Vector& w0, double momentum, bool looks_ahead)
      : DenseRule(on, w0), mu(momentum), ahead(looks_ahead), v(w0.size(), 0.0) {}

  Vector point() const override {
    Vector p = w;
    if (ahead)
      for (std::size_t j = 0; j < w.size(); ++j) p[j] += mu * v[j];
    return p;
  }
  void move(const Vector& g, double a) override {
    const Vector p = point();
    for (std::size_t j = 0; j < w.size(); ++j) {
      v[j] = mu * v[j] - a * (g[j] + dense.l2(j) * p[j]);
      w[j] += v[j];
    }
  }

  double mu;
  bool ahead;
  Vector v;
};

void compare(const std::string& name, const Setting& setting) {
  tests::compare(name, setting, [&](const Dense& dense, const Vector& w0, const SolverOptions& options) {
    return std::make_unique<DenseMomentum>(dense, w0, options.momentum.value_or(0.9), name == "nag");
  });
}

Setting with(double step, double l2) {
  Setting setting = with_step(step);
  setting.penalty = {0, l2};
  return setting;
}

const std::string names[] = {"momentum", "nag"};

}  // namespace

TEST_CASE("momentum, nag: iterates and averages are the dense loop's") {
  for (const std::string& name : names)
    for (const std::string averaging : {"none", "uniform", "linear", "weighted", "exponential", "auto"})
      for (const double l2 : {0.0, 0.05})
        for (const double mu : {0.0, 0.5, 0.9, 0.99}) {
          CAPTURE(name);
          CAPTURE(averaging);
          CAPTURE(l2);
          CAPTURE(mu);
          Setting setting = with(0.3 * (1 - mu), l2);
          setting.options.momentum = mu;
          setting.options.averaging = averaging;
          setting.options.averaging_decay = 0.98;
          compare(name, setting);
        }
}

TEST_CASE("momentum, nag: every schedule") {
  for (const std::string& name : names)
    for (const auto& info : schedule::all())
      for (const std::string averaging : {"none", "weighted"}) {
        CAPTURE(name);
        CAPTURE(info.name);
        CAPTURE(averaging);
        Setting setting = with(0.05, 0.05);
        setting.options.schedule = std::string(info.name);
        setting.options.schedule_options.horizon = info.name == "horizon" ? 100 : 0;
        setting.options.epochs = setting.epochs;
        setting.options.averaging = averaging;
        compare(name, setting);
      }
}

TEST_CASE("momentum, nag: mini-batches, also growing ones, and averages that begin later") {
  for (const std::string& name : names)
    for (const std::uint64_t batch : {1U, 5U, 200U})
      for (const double start : {0.0, 1.3}) {
        CAPTURE(name);
        CAPTURE(batch);
        CAPTURE(start);
        Setting setting = with(0.05, 0.05);
        setting.options.batch_size = batch;
        setting.options.batch_growth = 1.7;
        setting.options.averaging = "linear";
        setting.options.averaging_start = start;
        compare(name, setting);
      }
}

TEST_CASE("momentum, nag: losses, row weights, samplings, with and without an intercept") {
  for (const std::string& name : names)
    for (const std::string loss : {"squared", "hinge", "softmax"})
      for (const std::string sampling : {"uniform", "norm"})
        for (const bool intercept : {false, true}) {
          CAPTURE(name);
          CAPTURE(loss);
          CAPTURE(sampling);
          CAPTURE(intercept);
          Setting setting = with(0.03, 0.05);
          setting.loss = loss;
          setting.intercept = intercept;
          setting.options.sampling = sampling;
          setting.options.averaging = "linear";
          setting.rows.weighted = true;
          compare(name, setting);
        }
}

TEST_CASE("momentum, nag: coordinates idle for thousands of updates") {
  for (const std::string& name : names)
    for (const std::string averaging : {"none", "linear"}) {
      CAPTURE(name);
      CAPTURE(averaging);
      Setting setting = with(0.02, 0.01);
      setting.options.averaging = averaging;
      setting.rows.rows = 5000;
      setting.rows.density = 0.001;
      setting.epochs = 2;
      compare(name, setting);
    }
}

TEST_CASE("momentum, nag: l1 is refused, and so is a momentum of 1") {
  for (const std::string& name : names) {
    CAPTURE(name);
    Setting setting = with(0.1, 0.05);
    setting.penalty.l1 = 0.01;
    CHECK_THROWS_AS(compare(name, setting), UsageError);
    setting.penalty.l1 = 0;
    setting.options.momentum = 1;
    CHECK_THROWS_AS(compare(name, setting), UsageError);
  }
}
