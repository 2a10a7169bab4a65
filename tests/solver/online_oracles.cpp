// tg, fobos, rounding and rda against dense loops of their papers' formulas, step for step.
#include <cmath>
#include <functional>
#include <limits>

#include "solver/dense.hpp"
#include "sparselearn/base/error.hpp"
#include "support/random_problem.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

constexpr int epochs = 5;

double sign(double v) { return v > 0 ? 1 : v < 0 ? -1 : 0; }
double soft(double v, double t) { return sign(v) * std::max(0.0, std::abs(v) - t); }

// A coordinate's formula: w_{t+1} from w_t, g_t, a_t and t = 1, 2, ...
struct Coordinate {
  double w, g, a, l1, l2, t;
  bool penalized;
  double sum;    // g_1 + ... + g_t
  double first;  // w_1
  double theta;
};
using Formula = std::function<double(const Coordinate&)>;

double fobos(const Coordinate& c) {
  const double half = c.w - c.a * c.g;
  return soft(half, c.a * c.l1) / (1 + c.a * c.l2);
}
double rda(const Coordinate& c) {
  const double pull = 1 / (c.a * std::sqrt(c.t));
  return -soft(c.sum / c.t - pull * c.first, c.l1) / (c.l2 + pull);
}
Formula tg(double k, double theta) {
  return [=](const Coordinate& c) {
    const double v = c.w - c.a * (c.g + c.l2 * c.w);
    const double gravity = k * c.l1;
    return std::fmod(c.t, k) == 0 && std::abs(v) <= theta ? soft(v, c.a * gravity) : v;
  };
}
Formula rounding(double k) {
  return [=](const Coordinate& c) {
    const double v = soft(c.w - c.a * (c.g + c.l2 * c.w), c.a * c.l1);
    return c.penalized && std::fmod(c.t, k) == 0 && std::abs(v) <= c.theta ? 0 : v;
  };
}

class DenseOnline {
 public:
  DenseOnline(const Dense& dense, const Vector& w0, const SolverOptions& options, Formula formula)
      : dense_(dense),
        options_(options),
        formula_(std::move(formula)),
        w_(w0),
        first_(w0),
        sum_(w0.size(), 0.0),
        above_(w0.size(), 0.0),
        visits_(w0.size(), 0.0),
        batch_(static_cast<double>(options.batch_size)) {
    set_theta();
  }
  bool constant_step = false, reports_all = true;

  void epoch(Visits& visits) {
    const std::vector<std::uint64_t> rows = visits.next_epoch();
    const auto batch = static_cast<std::size_t>(batch_);
    for (std::size_t k = 0; k < rows.size(); k += batch)
      step(std::span(rows).subspan(k, std::min(batch, rows.size() - k)), visits);
    batch_ = std::min(batch_ * options_.batch_growth, static_cast<double>(dense_.rows));
    for (double& v : above_) v /= 2;
    for (double& v : visits_) v /= 2;
    first_epoch_ = false;
    set_theta();
  }

  // Weights that had their sign in nine tenths of the visits, the older epochs' counting half.
  Vector solution() const {
    Vector reported = w_;
    for (std::size_t j = 0; j < w_.size() && !reports_all; ++j)
      if (dense_.l1(j) > 0 && above_[j] * sign(w_[j]) < 0.9 * visits_[j]) reported[j] = 0;
    return reported;
  }

 private:
  void step(std::span<const std::uint64_t> rows, const Visits& visits) {
    Vector g(w_.size(), 0.0);
    for (const std::uint64_t i : rows)
      dense_.add(g, i, dense_.derivative(i, w_),
                 dense_.r[i] * visits.inverse(i) / static_cast<double>(rows.size()));
    const double per_epoch =
        std::ceil(static_cast<double>(dense_.rows) / static_cast<double>(options_.batch_size));
    const double a = *options_.step / (constant_step ? 1 : 1 + updates_ / per_epoch);
    updates_ += 1;
    for (std::size_t j = 0; j < w_.size(); ++j) {
      if (g[j] != 0 && (w_[j] != 0 || visits_[j] > 0 || !first_epoch_)) {
        above_[j] += sign(w_[j]);
        visits_[j] += 1;
      }
      sum_[j] += g[j];
      w_[j] = formula_({w_[j], g[j], a, dense_.l1(j), dense_.l2(j), updates_, dense_.penalized(j), sum_[j],
                        first_[j], theta_});
    }
  }

  void set_theta() {
    theta_ = 0;
    for (std::size_t j = 0; j < w_.size(); ++j)
      if (dense_.penalized(j)) theta_ = std::max(theta_, 1e-3 * std::abs(w_[j]));
    if (options_.theta > 0) theta_ = options_.theta;
  }

  const Dense& dense_;
  const SolverOptions options_;
  Formula formula_;
  Vector w_, first_, sum_, above_, visits_;
  double batch_, updates_ = 0, theta_ = 0;
  bool first_epoch_ = true;
};

struct Setting {
  SolverOptions options;
  Penalty penalty{0.01, 0.05};
  bool intercept = true;
  RandomRows rows;
  std::string loss = "logistic";
};

Formula formula_of(const std::string& solver, const SolverOptions& options) {
  const auto k = static_cast<double>(options.truncate_every);
  if (solver == "fobos") return fobos;
  if (solver == "rda") return rda;
  if (solver == "rounding") return rounding(k);
  return tg(k, options.theta > 0 ? options.theta : std::numeric_limits<double>::infinity());
}

// Returns how many of the penalised weights end at exactly zero.
std::size_t compare(const std::string& name, const Setting& setting) {
  const RandomProblem made(setting.rows, setting.loss, setting.penalty, setting.intercept);
  const Problem& problem = *made.problem;
  const Dense dense(problem);
  const Vector w0 = uneven_start(problem.dimension());
  Visits visits(problem, dense, setting.options);
  DenseOnline textbook(dense, w0, setting.options, formula_of(name, setting.options));
  textbook.constant_step = name == "rda";
  textbook.reports_all = name == "rda" || name == "rounding";
  const auto solver = solver::make(name, setting.options);
  solver->start(problem, w0);
  check_same_weights(solver->weights(), w0);
  for (int e = 0; e < epochs; ++e) {
    solver->epoch();
    textbook.epoch(visits);
    CAPTURE(e);
    check_same_weights(solver->weights(), textbook.solution());
  }
  std::size_t zeros = 0;
  for (std::size_t j = 0; j < problem.penalized(); ++j) zeros += solver->weights()[j] == 0 ? 1 : 0;
  return zeros;
}

Setting with_step(double step) {
  Setting setting;
  setting.options.step = step;
  return setting;
}

const std::string solvers[] = {"tg", "fobos", "rda", "rounding"};
const Penalty penalties[] = {{0, 0}, {0, 0.05}, {0.01, 0}, {0.01, 0.05}};

}  // namespace

TEST_CASE("online: iterates are the dense loop's, for every penalty, sampling and order") {
  for (const std::string& solver : solvers)
    for (const Penalty& penalty : penalties)
      for (const std::string sampling : {"uniform", "norm"})
        for (const std::string order : {"reshuffle", "random", "curriculum"}) {
          CAPTURE(solver);
          CAPTURE(penalty.l1);
          CAPTURE(penalty.l2);
          CAPTURE(sampling);
          CAPTURE(order);
          Setting setting = with_step(0.4);
          setting.penalty = penalty;
          setting.options.sampling = sampling;
          setting.options.order = order;
          setting.rows.weighted = order == "random";
          compare(solver, setting);
        }
}

TEST_CASE("online: mini-batches, also growing ones") {
  for (const std::string& solver : solvers)
    for (const std::uint64_t batch : {1U, 5U, 200U})
      for (const double growth : {1.0, 1.6})
        for (const Penalty& penalty : penalties) {
          CAPTURE(solver);
          CAPTURE(batch);
          CAPTURE(growth);
          CAPTURE(penalty.l1);
          CAPTURE(penalty.l2);
          Setting setting = with_step(0.5);
          setting.penalty = penalty;
          setting.options.batch_size = batch;
          setting.options.batch_growth = growth;
          setting.options.truncate_every = 3;
          compare(solver, setting);
        }
}

TEST_CASE("online: losses, with kinks and with a score per class, with and without an intercept") {
  for (const std::string& solver : solvers)
    for (const std::string loss : {"squared", "hinge", "squared-hinge", "softmax"})
      for (const bool intercept : {false, true}) {
        CAPTURE(solver);
        CAPTURE(loss);
        Setting setting = with_step(0.2);
        setting.loss = loss;
        setting.intercept = intercept;
        compare(solver, setting);
      }
}

TEST_CASE("online: every k steps, up to and above theta") {
  for (const std::string solver : {"tg", "rounding"})
    for (const std::uint64_t k : {1U, 4U, 10U, 500U})
      for (const double theta : {0.0, 0.05, 0.3, 0.6})
        for (const Penalty& penalty : penalties) {
          CAPTURE(solver);
          CAPTURE(k);
          CAPTURE(theta);
          CAPTURE(penalty.l1);
          CAPTURE(penalty.l2);
          Setting setting = with_step(0.4);
          setting.penalty = penalty;
          setting.options.truncate_every = k;
          setting.options.theta = theta;
          compare(solver, setting);
        }
}

TEST_CASE("online: zeros come from l1, and from theta in rounding") {
  for (const std::string solver : {"tg", "fobos", "rda"}) {
    CAPTURE(solver);
    Setting setting = with_step(0.5);
    setting.intercept = false;
    setting.penalty = {0, 0.01};
    CHECK(compare(solver, setting) == 0);
    setting.penalty = {0.05, 0.01};
    CHECK(compare(solver, setting) >= 6);
  }
  Setting setting = with_step(0.5);
  setting.penalty = {0, 0.01};
  CHECK(compare("rounding", setting) == 0);
  setting.options.theta = 0.3;
  CHECK(compare("rounding", setting) >= 4);
}

TEST_CASE("online: decay so strong that the common factor is renewed within an epoch") {
  for (const std::string solver : {"tg", "fobos", "rda"})
    for (const double l1 : {0.0, 0.02}) {
      CAPTURE(solver);
      CAPTURE(l1);
      Setting setting = with_step(solver == "tg" ? 0.9 : 5.0);
      setting.penalty = {l1, 1.0};
      setting.rows.rows = 400;
      compare(solver, setting);
    }
}

TEST_CASE("tg, rounding: steps of 1/l2 and more are refused; fobos takes any") {
  for (const std::string solver : {"tg", "rounding"}) {
    Setting setting = with_step(0.5);
    setting.penalty = {0.02, 2.0};
    CHECK_THROWS_AS(compare(solver, setting), UsageError);
  }
  Setting setting = with_step(3);
  setting.penalty = {0.02, 2.0};
  compare("fobos", setting);
}

TEST_CASE("rda: gamma is 1/step, and not given beside it") {
  Setting setting = with_step(0.25);
  compare("rda", setting);
  SolverOptions both = setting.options;
  both.gamma = 4;
  CHECK_THROWS_AS(solver::make("rda", both), UsageError);
  const Dataset data = random_rows({});
  const auto loss = loss::make("logistic");
  const Problem problem(data, *loss, {0.01, 0.05});
  const Vector w0(problem.dimension(), 0.0);
  SolverOptions gamma;
  gamma.gamma = 4;
  const auto a = solver::make("rda", gamma), b = solver::make("rda", setting.options);
  for (Solver* solver : {a.get(), b.get()}) {
    solver->start(problem, w0);
    for (int e = 0; e < 3; ++e) solver->epoch();
  }
  for (std::size_t j = 0; j < w0.size(); ++j) CHECK(a->weights()[j] == b->weights()[j]);
}

TEST_CASE("online: no row can throw the weights off at the automatic step, unless gradients are bounded") {
  RandomRows shape;
  shape.rows = 5000;
  const Dataset light = random_rows(shape);
  Dataset data;
  for (RowBlock block : light.blocks()) {
    if (data.rows() == 0)  // one heavy row, which the search hardly meets
      for (std::size_t k = block.offsets[1]; k < block.offsets[2]; ++k) block.values[k] *= 100;
    data.append(std::move(block));
  }
  data.set_features(shape.features);
  const Vector zero(shape.features, 0.0);
  for (const std::string name : {"tg", "fobos", "rounding"})
    for (const std::string loss_name : {"squared-hinge", "logistic"}) {
      CAPTURE(name);
      CAPTURE(loss_name);
      const auto loss = loss::make(loss_name);
      const Problem problem(data, *loss, {0, 1e-6});
      double heaviest = 0;  // |x_i|^2
      for (const Vector& x : Dense(problem).x) {
        double square = 0;
        for (const double v : x) square += v * v;
        heaviest = std::max(heaviest, square);
      }
      const double largest = 2 / (loss_name == "logistic" ? heaviest / 4 : 2 * heaviest);
      const auto solver = solver::make(name, {});
      solver->start(problem, zero);
      CHECK((solver->step() <= largest * (1 + 1e-12)) == (loss_name == "squared-hinge"));
    }
}
