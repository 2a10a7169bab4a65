// What solvers are asked for and can not do is refused, and the message names the option or says what to do.
#include <doctest/doctest.h>

#include "sparselearn/base/error.hpp"
#include "sparselearn/solver/solver.hpp"
#include "support/random_problem.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

void check_refused(const std::string& name, const SolverOptions& options, const std::string& message,
                   const std::string& loss = "logistic") {
  CAPTURE(name);
  CAPTURE(message);
  const RandomProblem setting({}, loss, {0, 0.1}, false);
  const auto start = [&] {
    solver::make(name, options)->start(*setting.problem, std::vector<double>(setting.problem->dimension()));
  };
  CHECK_THROWS_WITH_AS(start(), doctest::Contains(message.c_str()), UsageError);
}

}  // namespace

TEST_CASE("hogwild: sgd and ftrl refuse what lock-free threads can not keep") {
  SolverOptions hogwild;
  hogwild.mode = "hogwild";
  const auto refused = [&](const std::string& name, const auto& change, const std::string& message) {
    SolverOptions options = hogwild;
    change(options);
    check_refused(name, options, message);
  };
  using O = SolverOptions;
  refused(
      "sgd", [](O& o) { o.batch_growth = 2; }, "--batch-size needs --mode deterministic");
  refused(
      "sgd", [](O& o) { o.clip_norm = 1; }, "--clip-norm, --clip-value and --gradient-noise need");
  refused(
      "sgd", [](O& o) { o.clip_value = 1; }, "--clip-norm, --clip-value and --gradient-noise need");
  refused(
      "sgd", [](O& o) { o.gradient_noise = 1; }, "--clip-norm, --clip-value and --gradient-noise need");
  refused(
      "sgd", [](O& o) { o.averaging = "uniform"; }, "--averaging auto or none, not 'uniform'");
  refused(
      "sgd", [](O& o) { o.averaging_start = 1; }, "--averaging-start needs --mode deterministic");
  refused(
      "ftrl", [](O& o) { o.ftrl_penalty = "none"; }, "--ftrl-penalty takes average or total, not 'none'");
  refused(
      "ftrl", [](O& o) { o.beta = 0; }, "--beta must be positive");
}

TEST_CASE("solvers refuse values of their options that they can not take") {
  const auto refused = [](const std::string& name, const auto& change, const std::string& message) {
    SolverOptions options;
    change(options);
    check_refused(name, options, message);
  };
  using O = SolverOptions;
  refused(
      "ftrl", [](O& o) { o.ftrl_penalty = "none"; }, "--ftrl-penalty takes average or total, not 'none'");
  refused(
      "rounding", [](O& o) { o.truncate_every = 0; }, "--truncate-every must be positive");
  refused(
      "tg", [](O& o) { o.truncate_every = 0; }, "--truncate-every must be positive");
  refused(
      "gd", [](O& o) { o.schedule = "inverse", o.line_search = "backtracking"; },
      "--schedule needs --line-search fixed");
  refused(
      "delta-bar-delta", [](O& o) { o.phi = 1.5; }, "--phi must be in (0, 1)");
  refused(
      "svrg", [](O& o) { o.snapshot = "first"; }, "--snapshot takes last or random, not 'first'");
  refused(
      "sgd", [](O& o) { o.averaging = "all"; }, "weighted or exponential, not 'all'");
  refused(
      "sgd", [](O& o) { o.clip_norm = -1; }, "must not be negative");
  refused(
      "sgd",
      [](O& o) {
        o.averaging = "exponential";
        o.averaging_decay = 1;
      },
      "--averaging-decay must lie in (0, 1)");
}

TEST_CASE("solvers refuse a loss whose curvature has no bound where their step needs one") {
  SolverOptions options;
  options.line_search = "fixed";
  for (const std::string name : {"gd", "heavy-ball", "nesterov"})
    check_refused(name, options, "has no curvature bound, so there is no step 1/L", "exponential");
}
