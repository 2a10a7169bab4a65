// The training loop with solvers of the registry and with a scripted one.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <utility>

#include "engine/small_problem.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/train/relay.hpp"
#include "sparselearn/train/train.hpp"

using namespace sparselearn;

namespace {

// Goes through a list of points of a one-dimensional problem, one an epoch.
class Scripted final : public Solver {
 public:
  explicit Scripted(std::vector<double> points) : points_(std::move(points)) {}
  void start(const Problem&, std::span<const double> w0) override {
    at_.assign(w0.begin(), w0.end());
    epochs_ = 0;
  }
  void epoch() override { at_.assign(1, points_[std::min(epochs_++, points_.size() - 1)]); }
  std::span<const double> weights() override { return at_; }
  double epochs() const override { return static_cast<double>(epochs_); }
  std::uint64_t updates() const override { return epochs_; }
  double passes() const override { return static_cast<double>(epochs_); }
  double step() const override { return TraceRow::unknown; }
  bool stalled() const override { return stalls_ && epochs_ >= points_.size(); }
  bool write_weights(std::vector<double>& w) override {
    if (writes_) w = at_;
    return writes_;
  }
  void state(Archive&) override {}
  bool stalls_ = false, writes_ = false;

 private:
  std::vector<double> points_, at_;
  std::size_t epochs_ = 0;
};

// F(w) = (w - 1)^2 / 2 + l2 w^2 / 2: one row x = 1, y = 1, squared loss.
Dataset one_row() {
  RowBlock block;
  block.indices.push_back(0);
  block.offsets.push_back(1);
  block.labels.push_back(1);
  Dataset data;
  data.append(std::move(block));
  return data;
}

bool solver_takes(const solver::Info& info, const Problem& problem) {
  try {
    solver::make(info.name, {})->start(problem, std::vector<double>(problem.dimension()));
  } catch (const UsageError&) {
    return false;
  }
  return true;
}

}  // namespace

TEST_CASE("converged means: F - F* is below the target, for every solver that reaches it") {
  Shape shape;
  shape.rows = 300;
  const SmallData made = random_rows(shape, 31);
  for (const char* loss_name : {"logistic", "squared-hinge"})
    for (const double l1 : {0.0, 0.01}) {
      const auto loss = loss::make(loss_name);
      const Problem problem(made.data, *loss, Penalty{l1, 0.05});
      TrainOptions fine;
      fine.epochs = 3000;
      fine.tolerance = 1e-12;
      const auto reference = solver::make("saga", {});
      const double f_star = train(problem, *reference, fine).last.objective;
      for (const solver::Info& info : solver::all()) {
        if ((l1 > 0 && !(info.supports & solver::l1)) || problem.outputs() != 1) continue;
        CAPTURE(info.name);
        TrainOptions options;
        options.epochs = 400;
        options.tolerance = 1e-2;
        const auto solver = info.make(SolverOptions{});
        try {
          solver->start(problem, std::vector<double>(problem.dimension()));
        } catch (const UsageError&) {
          continue;  // not for this problem
        }
        const TrainResult result = train(problem, *solver, options);
        CAPTURE(loss_name);
        CAPTURE(l1);
        CAPTURE(result.certificate.text());
        CAPTURE(result.last.step);
        CAPTURE(result.last.objective - f_star);
        REQUIRE(result.certificate.converged);
        CHECK(result.certificate.kind == Certificate::Kind::duality_gap);
        Objective objective(problem);
        const double f = objective.value(result.weights).total;
        CHECK(f == doctest::Approx(result.last.objective).epsilon(1e-12));
        CHECK(f - f_star <= result.certificate.value + 1e-9);
        CHECK(result.certificate.value <=
              1e-2 * objective.value(std::vector<double>(problem.dimension())).total);
      }
    }
}

TEST_CASE("the loop stops at its limits and says which") {
  const Dataset data = one_row();
  const auto loss = loss::make("squared");
  const Problem problem(data, *loss, Penalty{0, 1});
  Scripted away({0.0, 0.1, 0.2});
  TrainOptions options;
  options.tolerance = 1e-9;
  options.epochs = 7;
  std::vector<TraceRow> rows;
  TrainHooks hooks;
  hooks.on_row = [&](const TraceRow& row) { rows.push_back(row); };
  TrainResult result = train(problem, away, options, hooks);
  CHECK_FALSE(result.certificate.converged);
  CHECK(result.certificate.reason == "epoch limit");
  CHECK(rows.size() == 8);
  CHECK(rows[0].epoch == 0);
  CHECK(rows[0].objective == doctest::Approx(0.5));
  CHECK(rows[3].objective == doctest::Approx(0.32 + 0.02));
  CHECK(rows[3].duality_gap >= 0.34 - 0.25 - 1e-12);  // F* = 0.25 at w = 1/2

  SUBCASE("found") {
    Scripted there({0.2, 0.5});
    result = train(problem, there, options);
    CHECK(result.certificate.converged);
    CHECK(result.last.epoch == 2);
    CHECK(result.weights == std::vector<double>{0.5});
  }
  SUBCASE("stalled") {
    Scripted stuck({0.2, 0.3});
    stuck.stalls_ = true;
    result = train(problem, stuck, options);
    CHECK(result.certificate.reason == "precision limit");
  }
  SUBCASE("diverged: the last good point is kept") {
    Scripted wild({0.2, 0.3, std::numeric_limits<double>::quiet_NaN()});
    result = train(problem, wild, options);
    CHECK(result.certificate.reason == "diverged");
    CHECK(result.weights == std::vector<double>{0.3});
  }
  SUBCASE("diverged where the last good point was: all that is said is of 0") {
    Scripted wild({0.2, 0.3, std::numeric_limits<double>::quiet_NaN()});
    wild.writes_ = true;
    result = train(problem, wild, options);
    CHECK(result.certificate.reason == "diverged");
    CHECK(result.weights == std::vector<double>{0});
    CHECK(result.last.objective == 0.5);
    CHECK(result.last.nonzeros == 0);
    CHECK(result.last.duality_gap >= 0.25 - 1e-12);
    CHECK(result.certificate.value == result.last.duality_gap);
    CHECK_FALSE(result.certificate.converged);
  }
  SUBCASE("weights that the solver writes are those of the last point") {
    Scripted there({0.2, 0.5});
    there.writes_ = true;
    result = train(problem, there, options);
    CHECK(result.certificate.converged);
    CHECK(result.weights == std::vector<double>{0.5});
  }
  SUBCASE("diverged at the start: there are weights all the same") {
    Scripted lost({std::numeric_limits<double>::quiet_NaN()});
    result = train(problem, lost, options);
    CHECK(result.certificate.reason == "diverged");
    CHECK(result.weights.size() == problem.dimension());
  }
  SUBCASE("asked to stop") {
    int epochs = 0;
    hooks.keep_going = [&] { return ++epochs < 3; };
    result = train(problem, away, options, hooks);
    CHECK(result.certificate.reason == "interrupted");
  }
  SUBCASE("early stopping keeps the best point on the validation data") {
    options.early_stop = 2;
    hooks.validate = [](std::span<const double> w, TraceRow& row) { row.valid_loss = std::abs(w[0] - 0.44); };
    for (const bool writes : {false, true}) {
      Scripted past({0.1, 0.3, 0.45, 0.3, 0.2, 0.1, 0.1, 0.1});
      past.writes_ = writes;
      result = train(problem, past, options, hooks);
      CHECK(result.certificate.reason == "early stop");
      CHECK(result.weights == std::vector<double>{0.45});
      CHECK(result.last.epoch == 5);
    }
  }
}

TEST_CASE("without a duality gap the certificate is the projected gradient") {
  const Dataset data = one_row();
  const auto loss = loss::make("squared");
  const Problem problem(data, *loss, Penalty{0, 0});
  Scripted there({0.5, 0.999999});
  TrainOptions options;
  options.tolerance = 1e-4;
  options.epochs = 5;
  const TrainResult result = train(problem, there, options);
  CHECK(result.certificate.converged);
  CHECK(result.certificate.kind == Certificate::Kind::gradient_norm);
  CHECK(result.certificate.target == doctest::Approx(1e-4));
  CHECK(result.certificate.value == doctest::Approx(1e-6));
  CHECK(result.certificate.text() == "converged: projected gradient 1e-06 <= 0.0001");
}

TEST_CASE("early stopping: figures and certificate are those of the weights kept") {
  const Dataset data = one_row();
  const auto loss = loss::make("squared");
  const Problem problem(data, *loss, Penalty{0, 1});  // F* = 1/4 at w = 1/2
  TrainOptions options;
  options.tolerance = 1e-6;
  options.epochs = 10;
  options.early_stop = 100;
  TrainHooks hooks;
  hooks.validate = [](std::span<const double> w, TraceRow& row) {  // likes 0.2 best
    row.valid_metric = -std::abs(w[0] - 0.2);
    row.valid_loss = -row.valid_metric;
  };
  hooks.larger_is_better = true;
  Scripted there({0.2, 0.3, 0.5});
  const TrainResult result = train(problem, there, options, hooks);
  CHECK(result.weights == std::vector<double>{0.2});
  CHECK(result.last.objective == doctest::Approx(0.32 + 0.02));
  CHECK(result.last.valid_metric == 0);
  CHECK(result.last.epoch == 3);
  CHECK_FALSE(result.certificate.converged);
  CHECK(result.certificate.reason == "early stop");
  CHECK(result.certificate.value == doctest::Approx(0.34 - 0.25));
}

TEST_CASE("row 0 is the start point, at no cost; one epoch is run even by a solver that begins with a pass") {
  const SmallData made = random_rows({}, 32);
  const auto loss = loss::make("logistic");
  const Problem problem(made.data, *loss, Penalty{0, 0.05});
  for (const char* name : {"saga", "svrg", "sgd", "lbfgs"}) {
    CAPTURE(name);
    std::vector<TraceRow> rows;
    TrainHooks hooks;
    hooks.on_row = [&](const TraceRow& row) { rows.push_back(row); };
    TrainOptions options;
    options.epochs = 1;
    options.tolerance = 0;
    train(problem, *solver::make(name, {}), options, hooks);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].epoch == 0);
    CHECK(rows[0].passes == 0);
    CHECK(rows[0].updates == 0);
    CHECK(rows[0].seconds == 0);
    CHECK(rows[0].objective == doctest::Approx(std::log(2.0)));
    CHECK(rows[1].objective < rows[0].objective);
    // A loss is never below 0, which bounds F from the start.
    CHECK(rows[0].duality_gap <= rows[0].objective);
  }
}

namespace {

// The largest entry of the gradient; without l1 that is all of it.
double last_gradient(const Problem& problem, const std::vector<double>& w) {
  Objective objective(problem);
  std::vector<double> gradient(problem.dimension());
  objective.value_and_gradient(w, gradient);
  double largest = 0;
  for (const double g : gradient) largest = std::max(largest, std::abs(g));
  return largest;
}

}  // namespace

TEST_CASE("rows nobody sees: the same run, though figures are left out, and rows that could not end it") {
  Shape shape;
  shape.rows = 120;
  const SmallData made = random_rows(shape, 31);
  const auto loss = loss::make("logistic");
  const Problem problem(made.data, *loss, Penalty{0, 0.05});
  double trace_every = 1;
  const auto run = [&](Solver& solver, bool all_figures) {
    TrainOptions options;
    options.epochs = 12;
    options.tolerance = 1e-5;
    options.trace_every = trace_every;
    options.all_figures = all_figures;
    options.last_figures = !all_figures;
    std::vector<TraceRow> rows;
    TrainHooks hooks;
    hooks.on_row = [&](const TraceRow& row) { rows.push_back(row); };
    const TrainResult result = train(problem, solver, options, hooks);
    CHECK(result.last.grad_norm == last_gradient(problem, result.weights));
    return std::pair(rows, result.weights);
  };
  const auto check_same = [&](Solver& solver) {
    const auto [all, all_weights] = run(solver, true);
    const auto [few, few_weights] = run(solver, false);
    CHECK(all_weights == few_weights);
    REQUIRE(few.size() <= all.size());
    CHECK(few.back().epoch == all.back().epoch);
    std::size_t f = 0;
    for (const TraceRow& row : all) {
      REQUIRE(f < few.size());
      if (few[f].epoch != row.epoch) {
        CHECK(row.duality_gap > 1e-5 * all.front().objective);  // it was not the end
        continue;
      }
      CHECK(row.objective == few[f].objective);
      CHECK(row.duality_gap == few[f].duality_gap);
      ++f;
    }
    CHECK(f == few.size());
  };
  for (const solver::Info& info : solver::all()) {
    if (!solver_takes(info, problem)) continue;
    CAPTURE(info.name);
    check_same(*solver::make(info.name, {}));
  }
  trace_every = 3;
  check_same(*solver::make("sdca", {}));
  trace_every = 1;
  // The first has dual variables, the second must do without.
  for (const auto& names : {std::pair("saga", "svrg"), std::pair("sdca", "adam"), std::pair("sdca", "gd")}) {
    CAPTURE(names.first);
    check_same(*switch_solver(solver::make(names.first, {}), 3, solver::make(names.second, {})));
  }
}
