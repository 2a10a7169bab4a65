// A run that breaks off and is gone on with comes to the bits of one that does not: every solver, and what
// the loop keeps besides.
#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <set>

#include "sparselearn/train/relay.hpp"
#include "sparselearn/train/train.hpp"
#include "support/random_problem.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

using Make = std::function<std::unique_ptr<Solver>()>;

struct Outcome {
  std::vector<TraceRow> rows;
  TrainResult result;
  std::vector<std::string> saved;  // as often as asked, and at the end
};

/// A run of a fresh solver: from w = 0, or gone on with.
struct Runner {
  const Problem& problem;
  Make make;
  TrainOptions options;
  TrainHooks hooks = {};

  Outcome operator()(bool saves, int epochs = 1 << 30, const std::string* from = nullptr) const {
    Outcome outcome;
    TrainHooks all = hooks;
    all.on_row = [&](const TraceRow& row) { outcome.rows.push_back(row); };
    all.keep_going = [&] { return --epochs > 0; };
    if (saves) {
      all.save_due = [] { return true; };
      all.save = [&](std::string run) { outcome.saved.push_back(std::move(run)); };
    }
    const auto solver = make();
    outcome.result =
        from ? resume(problem, *solver, options, *from, all) : train(problem, *solver, options, all);
    return outcome;
  }
};

/// All but the seconds.
bool same(TraceRow a, TraceRow b) {
  a.seconds = b.seconds = 0;
  return std::memcmp(&a, &b, sizeof(a)) == 0;
}

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

void check_same(const Outcome& broken, const Outcome& whole) {
  REQUIRE(broken.rows.size() == whole.rows.size());
  for (std::size_t k = 0; k < whole.rows.size(); ++k) {
    CAPTURE(k);
    CHECK(same(broken.rows[k], whole.rows[k]));
  }
  CHECK(same(broken.result.weights, whole.result.weights));
  CHECK(same(broken.result.last, whole.result.last));
  CHECK(broken.result.certificate.text() == whole.result.certificate.text());
}

/// Breaks the run off after each of some epochs, goes on, and after its end goes on once more.
void check_resumes(const Runner& run) {
  const Outcome whole = run(false);
  const Outcome saving = run(true);
  check_same(saving, whole);  // saving changes nothing
  REQUIRE(saving.saved.size() >= 2);
  for (const int epochs : {1, 2, 3, 5, 8, 13}) {
    CAPTURE(epochs);
    if (static_cast<std::size_t>(epochs) + 1 >= saving.saved.size()) break;
    const Outcome broken = run(true, epochs);
    // The evaluation at the break may show what the whole run sees later, and must leave no mark.
    CHECK(broken.result.certificate.reason != "epoch limit");
    const Outcome rest = run(true, 1 << 30, &broken.saved.back());
    check_same(rest, whole);
    const Outcome again = run(false, 1 << 30, &rest.saved.back());
    check_same(again, whole);
    check_same(run(false, 1 << 30, &saving.saved[static_cast<std::size_t>(epochs)]), whole);
  }
}

struct Kind {
  std::string loss;
  Penalty penalty;
  bool intercept;
  unsigned needs;
};

const Kind kinds[] = {
    {"logistic", {0, 0.01}, false, 0},
    {"logistic", {0.003, 0.01}, true, solver::l1 | solver::intercept},
    {"exponential", {0, 0.01}, true, solver::intercept},
    {"softmax", {0, 0.01}, true, solver::classes | solver::intercept},
};

TrainOptions some_options() {
  TrainOptions options;
  options.epochs = 25;
  options.tolerance = 1e-7;
  options.trace_every = 2.5;
  return options;
}

RandomRows weighted_rows() {
  RandomRows shape;
  shape.weighted = true;
  return shape;
}

}  // namespace

TEST_CASE("every solver: a run that breaks off at any epoch and is gone on with comes to the same bits") {
  std::set<std::string_view> checked;
  for (const Kind& kind : kinds) {
    const RandomProblem made(weighted_rows(), kind.loss, kind.penalty, kind.intercept);
    for (const solver::Info& info : solver::all()) {
      if ((info.supports & kind.needs) != kind.needs) continue;
      CAPTURE(info.name);
      CAPTURE(kind.loss);
      try {
        info.make({})->start(*made.problem, std::vector<double>(made.problem->dimension()));
      } catch (const UsageError&) {
        continue;  // not for this problem
      }
      checked.insert(info.name);
      for (const double tolerance : {1e-7, 0.0}) {
        TrainOptions options = some_options();
        options.tolerance = tolerance;
        check_resumes({*made.problem, [&] { return info.make({}); }, options});
      }
    }
  }
  CHECK(checked.size() == solver::all().size());
}

TEST_CASE("resume: options that give a solver more to remember") {
  const RandomProblem made(weighted_rows(), "logistic", {0, 0.01}, true);
  struct Variant {
    const char* name;
    std::vector<const char*> solvers;
    std::function<void(SolverOptions&)> set;
  };
  const Variant variants[] = {
      {"order random", {"sgd", "saga", "sdca"}, [](SolverOptions& o) { o.order = "random"; }},
      {"order once", {"sgd", "saga", "cd"}, [](SolverOptions& o) { o.order = "once"; }},
      {"order curriculum", {"sgd", "adam"}, [](SolverOptions& o) { o.order = "curriculum"; }},
      {"sampling norm", {"sgd", "saga", "svrg"}, [](SolverOptions& o) { o.sampling = "norm"; }},
      {"loopless", {"svrg"}, [](SolverOptions& o) { o.loopless = true; }},
      {"snapshot random", {"svrg"}, [](SolverOptions& o) { o.snapshot = "random"; }},
      {"averaging uniform", {"sgd", "adam"}, [](SolverOptions& o) { o.averaging = "uniform"; }},
      {"averaging exponential", {"sgd"}, [](SolverOptions& o) { o.averaging = "exponential"; }},
      {"growing batches", {"sgd", "nag"}, [](SolverOptions& o) { o.batch_growth = 1.5; }},
      {"gradient noise", {"sgd"}, [](SolverOptions& o) { o.gradient_noise = 0.1; }},
      {"a schedule", {"sgd", "gd"}, [](SolverOptions& o) { o.schedule = "cosine"; }},
      {"barzilai-borwein", {"gd"}, [](SolverOptions& o) { o.line_search = "barzilai-borwein"; }},
      {"restarts", {"nesterov", "cg"}, [](SolverOptions& o) { o.restart = 4; }},
      {"parts", {"sdca"}, [](SolverOptions& o) { o.parts = 3; }},
  };
  for (const Variant& variant : variants)
    for (const char* name : variant.solvers) {
      CAPTURE(variant.name);
      CAPTURE(name);
      SolverOptions options;
      variant.set(options);
      check_resumes({*made.problem, [&] { return solver::make(name, options); }, some_options()});
    }
}

TEST_CASE("resume: a switch of solver and a path of penalties, broken off in any leg") {
  const RandomProblem made(weighted_rows(), "logistic", {0.003, 0.01}, true);
  check_resumes({*made.problem,
                 [] { return switch_solver(solver::make("sgd", {}), 4, solver::make("lbfgs", {})); },
                 some_options()});
  check_resumes({*made.problem,
                 [] { return continuation([](double) { return solver::make("saga", {}); }, 3, 25); },
                 some_options()});
}

TEST_CASE("resume: early stopping remembers the best point, and how long ago it was") {
  const RandomProblem made(weighted_rows(), "logistic", {0, 0.01}, false);
  TrainOptions options = some_options();
  options.early_stop = 3;
  options.trace_every = 1;
  Runner run{*made.problem, [] { return solver::make("sgd", {}); }, options};
  run.hooks.validate = [](std::span<const double> w, TraceRow& row) {  // likes short vectors near (1/2, ...)
    row.valid_loss = 0;
    for (const double x : w) row.valid_loss += (x - 0.1) * (x - 0.1);
    row.valid_metric = row.valid_loss;
  };
  const Outcome whole = run(false);
  REQUIRE(whole.result.certificate.reason == "early stop");
  REQUIRE(whole.rows.size() >= 4);
  check_resumes(run);
}

TEST_CASE(
    "resume: a run that met its time limit goes on under a longer one, and stays where it is under the "
    "same") {
  const RandomProblem made(weighted_rows(), "logistic", {0, 0.01}, false);
  Runner run{*made.problem, [] { return solver::make("saga", {}); }, some_options()};
  const Outcome whole = run(false);
  run.options.time_limit = 1e-9;
  const Outcome stopped = run(true);
  CHECK(stopped.result.certificate.reason == "time limit");
  const Outcome again = run(true, 1 << 30, &stopped.saved.back());
  check_same(again, stopped);
  run.options.time_limit = 0;
  check_same(run(false, 1 << 30, &stopped.saved.back()), whole);
}

TEST_CASE("resume: a run that diverges does so where it would have, and is left as it was before") {
  const RandomProblem made(weighted_rows(), "squared", {0, 1e-4}, false);
  SolverOptions wild;
  wild.step = 200;
  wild.schedule = "constant";
  wild.averaging = "none";
  wild.batch_size = 83;  // all rows: grows steadily
  TrainOptions options = some_options();
  options.trace_every = 1;
  const Runner run{*made.problem, [&] { return solver::make("sgd", wild); }, options};
  const Outcome whole = run(true);
  CHECK(whole.result.certificate.reason == "diverged");
  REQUIRE(whole.rows.size() > 3);
  CHECK(whole.saved.size() == whole.rows.size());  // after every epoch, and not at the end
  check_resumes(run);
}

TEST_CASE("resume: the run of another problem or solver, or half a run, is refused") {
  const RandomProblem made(weighted_rows(), "logistic", {0, 0.01}, false);
  const Runner saga{*made.problem, [] { return solver::make("saga", {}); }, some_options()};
  const std::string saved = saga(true, 2).saved.back();
  RandomRows wider = weighted_rows();
  wider.features = 30;
  const RandomProblem other(wider, "logistic", {0, 0.01}, false);
  const Runner elsewhere{*other.problem, [] { return solver::make("saga", {}); }, some_options()};
  CHECK_THROWS_AS(elsewhere(false, 1 << 30, &saved), DataError);
  const Runner adam{*made.problem, [] { return solver::make("adam", {}); }, some_options()};
  CHECK_THROWS_AS(adam(false, 1 << 30, &saved), DataError);
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, saved.size() / 2, saved.size() - 1}) {
    const std::string half = saved.substr(0, size);
    CHECK_THROWS_AS(saga(false, 1 << 30, &half), DataError);
  }
}

TEST_CASE("resume: the seconds of both parts are added up") {
  const RandomProblem made(weighted_rows(), "logistic", {0, 0.01}, false);
  const Runner run{*made.problem, [] { return solver::make("saga", {}); }, some_options()};
  const Outcome broken = run(true, 3);
  const Outcome rest = run(false, 1 << 30, &broken.saved.back());
  CHECK(rest.result.last.seconds > broken.result.last.seconds);
  for (std::size_t k = 1; k < rest.rows.size(); ++k) CHECK(rest.rows[k].seconds >= rest.rows[k - 1].seconds);
}
