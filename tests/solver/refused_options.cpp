// What solvers are asked for and can not do is refused, and the message names the option or says what to do.
#include <doctest/doctest.h>

#include <initializer_list>

#include "sparselearn/base/error.hpp"
#include "sparselearn/solver/solver.hpp"
#include "support/random_problem.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

using O = SolverOptions;

void check_start_refused(const std::string& name, const O& options, const std::string& message,
                         const std::string& loss = "logistic") {
  CAPTURE(name);
  CAPTURE(message);
  const RandomProblem setting({}, loss, {0, 0.1}, false);
  const auto start = [&] {
    solver::make(name, options)->start(*setting.problem, std::vector<double>(setting.problem->dimension()));
  };
  CHECK_THROWS_WITH_AS(start(), doctest::Contains(message.c_str()), UsageError);
}

struct Refusal {
  const char* solver;
  void (*change)(O& options);
  const char* message;
};

void check_refused(std::initializer_list<Refusal> all, const O& usual = {}) {
  for (const Refusal& one : all) {
    O options = usual;
    one.change(options);
    check_start_refused(one.solver, options, one.message);
  }
}

}  // namespace

TEST_CASE("hogwild: sgd refuses what lock-free threads can not keep") {
  O hogwild;
  hogwild.mode = "hogwild";
  const char *batches = "--batch-size needs --mode deterministic",
             *gradients = "--clip-norm, --clip-value and --gradient-noise need";
  check_refused(
      {{"sgd", [](O& o) { o.batch_size = 4; }, batches},
       {"sgd", [](O& o) { o.batch_growth = 2; }, batches},
       {"sgd", [](O& o) { o.clip_norm = 1; }, gradients},
       {"sgd", [](O& o) { o.clip_value = 1; }, gradients},
       {"sgd", [](O& o) { o.gradient_noise = 1; }, gradients},
       {"sgd", [](O& o) { o.averaging = "uniform"; }, "--averaging auto or none, not 'uniform'"},
       {"sgd", [](O& o) { o.averaging_start = 1; }, "--averaging-start needs --mode deterministic"}},
      hogwild);
}

TEST_CASE("solvers refuse values of their options that they can not take") {
  O hogwild;
  hogwild.mode = "hogwild";
  for (const O& usual : {O{}, hogwild})
    check_refused({{"ftrl", [](O& o) { o.ftrl_penalty = "none"; }, "takes average or total, not 'none'"},
                   {"ftrl", [](O& o) { o.beta = 0; }, "--beta must be positive"}},
                  usual);
  const char* every = "--truncate-every must be positive";
  check_refused({{"rounding", [](O& o) { o.truncate_every = 0; }, every},
                 {"tg", [](O& o) { o.truncate_every = 0; }, every},
                 {"block-cd", [](O& o) { o.block_size = 0; }, "--block-size must be positive"},
                 {"gd", [](O& o) { o.schedule = "inverse", o.line_search = "backtracking"; },
                  "--schedule needs --line-search fixed"},
                 {"delta-bar-delta", [](O& o) { o.phi = 1.5; }, "--phi must be in (0, 1)"},
                 {"svrg", [](O& o) { o.snapshot = "first"; }, "--snapshot takes last or random, not 'first'"},
                 {"sgd", [](O& o) { o.averaging = "all"; }, "weighted or exponential, not 'all'"},
                 {"sgd", [](O& o) { o.clip_norm = -1; }, "must not be negative"},
                 {"sgd", [](O& o) { o.averaging = "exponential", o.averaging_decay = 1; },
                  "--averaging-decay must lie in (0, 1)"}});
}

TEST_CASE("solvers refuse a loss whose curvature has no bound where their step needs one") {
  O options;
  options.line_search = "fixed";
  for (const std::string name : {"gd", "heavy-ball", "nesterov"})
    check_start_refused(name, options, "has no curvature bound, so there is no step 1/L", "exponential");
}
