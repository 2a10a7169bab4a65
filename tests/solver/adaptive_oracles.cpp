// rmsprop, adadelta, adam, amsgrad and nadam against dense loops of their formulas. With --update dense every
// coordinate moves at every update; with lazy, only those of the features that the mini-batch's rows have, by
// g + l2 w (share of the rows that have it) / q_j, t counting the coordinate's own moves.
#include <algorithm>
#include <cmath>

#include "solver/dense_stochastic.hpp"
#include "solver/textbook.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/objective.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

class DenseAdaptive : public DenseRule {
 public:
  DenseAdaptive(const Dense& on, const Vector& w0, const SolverOptions& with, std::string rule)
      : DenseRule(on, w0),
        options_(with),
        name_(std::move(rule)),
        times_(w0.size(), 0.0),
        touched_(w.size()) {
    for (Vector* v : {&first_, &second_, &third_}) v->assign(w0.size(), 0.0);
  }

  Vector point() const override {
    Vector p = w;
    if (name_ == "rmsprop" && options_.nesterov)
      for (std::size_t j = 0; j < w.size(); ++j) p[j] += options_.momentum.value_or(0) * first_[j];
    return p;
  }

  void see(std::span<const std::uint64_t> rows) override {
    const auto has = [&](std::uint64_t i, std::size_t j) { return dense.x[i][j / dense.outputs] != 0; };
    for (std::size_t j = 0; j < w.size(); ++j) {
      double in_batch = 0, in_all = 0;
      for (const std::uint64_t i : rows) in_batch += has(i, j) ? 1 : 0;
      for (std::uint64_t i = 0; i < dense.rows; ++i) in_all += has(i, j) ? 1 : 0;
      const double share = in_all / static_cast<double>(dense.rows);
      touched_[j] = in_batch > 0 ? in_batch / static_cast<double>(rows.size()) / share : 0;
      if (options_.update == "lazy" && in_all == 0 && dense.penalty.l2 > 0) w[j] = 0;
    }
  }

  void move(const Vector& data_gradient, double a) override {
    const Vector p = point();
    for (std::size_t j = 0; j < w.size(); ++j) {
      if (options_.update == "lazy" && touched_[j] == 0) continue;
      const double part = options_.update == "lazy" ? touched_[j] : 1;
      times_[j] += 1;
      w[j] += change(j, data_gradient[j] + dense.l2(j) * part * p[j], a);
    }
  }

 private:
  double change(std::size_t j, double g, double a) {
    if (name_ == "rmsprop") return rmsprop(j, g, a);
    if (name_ == "adadelta") return adadelta(j, g, a);
    const double r1 = options_.beta1, r2 = options_.beta2, eps = options_.epsilon, t = times_[j];
    double &s = first_[j], &m = second_[j], &largest = third_[j];
    s = r1 * s + (1 - r1) * g;
    m = r2 * m + (1 - r2) * g * g;
    largest = std::max(largest, m);
    if (name_ == "amsgrad") return -a * s / (std::sqrt(largest) + eps);
    if (name_ == "adam")
      return -a * (s / (1 - std::pow(r1, t))) / (std::sqrt(m / (1 - std::pow(r2, t))) + eps);
    REQUIRE(name_ == "nadam");
    const double ahead = r1 * s / (1 - std::pow(r1, t + 1)) + (1 - r1) * g / (1 - std::pow(r1, t));
    return -a * ahead / (std::sqrt(r2 * m / (1 - std::pow(r2, t))) + eps);
  }
  double rmsprop(std::size_t j, double g, double a) {
    double &v = first_[j], &m = second_[j];
    m = options_.rho * m + (1 - options_.rho) * g * g;
    v = options_.momentum.value_or(0) * v - a * g / (std::sqrt(m) + options_.epsilon);
    return v;
  }
  double adadelta(std::size_t j, double g, double a) {
    const double rho = options_.rho, eps = options_.epsilon;
    double &e = first_[j], &x = second_[j];
    e = rho * e + (1 - rho) * g * g;
    const double d = -std::sqrt(x + eps) / std::sqrt(e + eps) * g;
    x = rho * x + (1 - rho) * d * d;
    return a * d;
  }

  const SolverOptions options_;
  std::string name_;
  Vector times_, first_, second_, third_;
  Vector touched_;  // share of the mini-batch's rows that have the feature, over that of all rows
};

void compare(const std::string& name, const Setting& setting) {
  tests::compare(name, setting, [&](const Dense& dense, const Vector& w0, const SolverOptions& options) {
    return std::make_unique<DenseAdaptive>(dense, w0, options, name);
  });
}

// A coarse epsilon: where the denominator is all rounding, so is the step, in both loops alike.
Setting with(const std::string& name, const std::string& update) {
  Setting setting = with_step(name == "adadelta" ? 1 : 0.05);
  setting.penalty = {0, 0.05};
  setting.options.schedule = "inverse";
  setting.options.update = update;
  setting.options.epsilon = 1e-4;
  setting.options.rho = 0.95;
  return setting;
}

const std::string names[] = {"rmsprop", "adadelta", "adam", "amsgrad", "nadam"};
const std::string updates[] = {"dense", "lazy"};

}  // namespace

TEST_CASE("rmsprop, adadelta, adam, amsgrad, nadam: iterates and averages, dense and lazy") {
  for (const std::string& name : names)
    for (const std::string& update : updates)
      for (const std::string averaging : {"none", "auto", "uniform", "linear", "weighted", "exponential"})
        for (const double l2 : {0.0, 0.05}) {
          CAPTURE(name);
          CAPTURE(update);
          CAPTURE(averaging);
          CAPTURE(l2);
          Setting setting = with(name, update);
          setting.options.averaging = averaging == "auto" ? "none" : averaging;
          setting.options.averaging_decay = 0.9;
          setting.penalty.l2 = l2;
          compare(name, setting);
        }
}

TEST_CASE("rmsprop, adadelta, adam, amsgrad, nadam: mini-batches, also growing ones, and late averages") {
  for (const std::string& name : names)
    for (const std::string& update : updates)
      for (const std::uint64_t batch : {1U, 5U, 200U}) {
        CAPTURE(name);
        CAPTURE(update);
        CAPTURE(batch);
        Setting setting = with(name, update);
        setting.options.batch_size = batch;
        setting.options.batch_growth = 1.7;
        setting.options.averaging = "linear";
        setting.options.averaging_start = 1.3;
        compare(name, setting);
      }
}

TEST_CASE("rmsprop, adadelta, adam, amsgrad, nadam: losses, row weights, with and without an intercept") {
  for (const std::string& name : names)
    for (const std::string& update : updates)
      for (const std::string loss : {"squared", "hinge", "softmax"})
        for (const bool intercept : {false, true}) {
          CAPTURE(name);
          CAPTURE(update);
          CAPTURE(loss);
          CAPTURE(intercept);
          Setting setting = with(name, update);
          setting.loss = loss;
          setting.intercept = intercept;
          setting.rows.weighted = true;
          compare(name, setting);
        }
}

TEST_CASE("rmsprop: momentum, with the gradient at w or at w + mu v") {
  for (const std::string& update : updates)
    for (const bool nesterov : {false, true}) {
      CAPTURE(update);
      CAPTURE(nesterov);
      Setting setting = with("rmsprop", update);
      setting.options.momentum = 0.8;
      setting.options.nesterov = nesterov;
      compare("rmsprop", setting);
    }
}

TEST_CASE("rmsprop, adadelta, adam, amsgrad, nadam: lazy is dense where every row has every feature") {
  for (const std::string& name : names)
    for (const std::uint64_t batch : {1U, 6U}) {
      CAPTURE(name);
      Setting setting = with(name, "dense");
      setting.rows.features = 4;
      setting.rows.density = 1;
      setting.rows.empty_every = 0;
      setting.options.batch_size = batch;
      const Dataset data = random_rows(setting.rows);
      const auto loss = loss::make("logistic", {});
      const Problem problem(data, *loss, setting.penalty, true);
      const Vector w0 = uneven_start(problem.dimension());
      const auto dense = solver::make(name, setting.options);
      setting.options.update = "lazy";
      const auto lazy = solver::make(name, setting.options);
      dense->start(problem, w0);
      lazy->start(problem, w0);
      for (int e = 0; e < 5; ++e) {
        dense->epoch();
        lazy->epoch();
      }
      check_same_weights(lazy->weights(), weights_of(*dense));
    }
}

TEST_CASE("rmsprop, adadelta, adam, amsgrad, nadam: lazy updates go to the minimum of F on sparse rows") {
  for (const std::string loss : {"logistic", "squared"}) {
    const Case c(loss, {0, 0.05}, true);
    const Textbook textbook(c.problem());
    const double least = textbook.value(textbook.minimiser()), scale = textbook.value(Vector(c.dimension()));
    for (const std::string& name : names)
      for (const std::string sampling : {"uniform", "norm"})
        for (const std::uint64_t batch : {1U, 8U}) {
          CAPTURE(loss);
          CAPTURE(name);
          CAPTURE(sampling);
          CAPTURE(batch);
          SolverOptions options;
          options.update = "lazy";
          options.step = name == "adadelta" ? 30 : 0.05;
          options.epochs = 300;
          options.batch_size = batch;
          options.sampling = sampling;
          const auto solver = solver::make(name, options);
          solver->start(c.problem(), uneven_start(c.dimension()));
          for (int e = 0; e < 300; ++e) solver->epoch();
          const double reached = (textbook.value(weights_of(*solver)) - least) / scale;
          CHECK(reached < 1e-3);
        }
  }
}

TEST_CASE("rmsprop, adadelta, adam, amsgrad, nadam: by themselves a line to step 0 and the last iterate") {
  const Case c("logistic", {0, 0.05});
  for (const std::string& name : names) {
    CAPTURE(name);
    SolverOptions options;
    options.step = 0.1;
    options.epochs = 5;
    const auto plain = solver::make(name, options);
    options.schedule = "linear";
    options.averaging = "none";
    const auto spelt = solver::make(name, options);
    for (Solver* solver : {plain.get(), spelt.get()}) {
      solver->start(c.problem(), Vector(c.dimension(), 0.0));
      for (int e = 0; e < 5; ++e) solver->epoch();
    }
    CHECK(plain->step() == 0);
    CHECK(weights_of(*plain) == weights_of(*spelt));
  }
}

TEST_CASE(
    "rmsprop, adadelta, adam, amsgrad, nadam: --update auto is dense from a quarter of the features on") {
  for (const std::string& name : names)
    for (const double density : {0.02, 0.9}) {
      CAPTURE(name);
      CAPTURE(density);
      RandomRows shape;
      shape.density = density;
      const Case c("logistic", {0, 0.05}, false, shape);
      SolverOptions options;
      options.step = 0.05;
      const auto automatic = solver::make(name, options);
      options.update = density > 0.25 ? "dense" : "lazy";
      const auto named = solver::make(name, options);
      for (Solver* solver : {automatic.get(), named.get()}) {
        solver->start(c.problem(), uneven_start(c.dimension()));
        solver->epoch();
      }
      CHECK(weights_of(*automatic) == weights_of(*named));
    }
}

TEST_CASE("rmsprop, adadelta, adam, amsgrad, nadam: options out of range are refused") {
  const auto refused = [](const std::string& name, const auto& change) {
    Setting setting = with(name, "dense");
    change(setting);
    CAPTURE(name);
    CHECK_THROWS_AS(compare(name, setting), UsageError);
  };
  for (const std::string& name : names) {
    refused(name, [](Setting& s) { s.options.update = "sometimes"; });
    refused(name, [](Setting& s) { s.options.epsilon = 0; });
    refused(name, [](Setting& s) { s.penalty.l1 = 0.1; });
  }
  for (const std::string name : {"adam", "amsgrad", "nadam"}) {
    refused(name, [](Setting& s) { s.options.beta1 = 1; });
    refused(name, [](Setting& s) { s.options.beta2 = -0.1; });
  }
  for (const std::string name : {"rmsprop", "adadelta"}) refused(name, [](Setting& s) { s.options.rho = 1; });
  refused("rmsprop", [](Setting& s) { s.options.momentum = 1; });
}
