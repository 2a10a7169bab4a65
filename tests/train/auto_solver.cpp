#include "sparselearn/train/auto_solver.hpp"

#include <doctest/doctest.h>

#include "sparselearn/base/error.hpp"
#include "train/small_data.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

TEST_CASE("choose_solver: every loss and penalty gets a solver that supports it, and a reason") {
  const Dataset data = small_data({1, -1, 1, -1}, 3);
  for (const loss::Info& info : loss::all())
    for (const Penalty penalty : {Penalty{0, 0.1}, Penalty{0.1, 0.1}, Penalty{0.1, 0}, Penalty{0, 0}})
      for (const bool intercept : {false, true}) {
        const auto loss = loss::make(info.name);
        const Problem problem(data, *loss, penalty, intercept);
        CAPTURE(info.name);
        CAPTURE(penalty.l1);
        CAPTURE(penalty.l2);
        const SolverChoice choice = choose_solver(problem, {});
        CHECK_NOTHROW(solver::require_support(*choice.info, problem));
        CHECK_FALSE(choice.reason.empty());
      }
}

TEST_CASE("choose_solver: newton where its steps are cheap, dual ascent beyond") {
  const auto loss = loss::make("logistic");
  const auto choice = [&](std::uint64_t features) {
    Dataset data = small_data(std::vector<double>{1, -1, 1, -1}, 3);
    data.set_features(features);
    return choose_solver(Problem(data, *loss, {0, 0.1}), {}).info->name;
  };
  CHECK(choice(3) == "newton");
  CHECK(choice(1000) == "sdca");  // the factoring
  CHECK(choice(100'000) == "sdca");
}

TEST_CASE("choose_solver: what the loss is like where newton is dear") {
  Dataset data = small_data(std::vector<double>{1, -1, 1, -1}, 3);
  data.set_features(100'000);
  const auto choice = [&](const char* name, Penalty penalty) {
    const auto loss = loss::make(name);
    const SolverChoice chosen = choose_solver(Problem(data, *loss, penalty), {});
    return std::string(chosen.info->name) + ": " + chosen.reason;
  };
  CHECK(choice("logistic", {0, 0.1}) == "sdca: loss logistic has a dual, and l2 > 0");
  CHECK(choice("logistic", {0, 0}) == "saga: loss logistic is smooth");
  CHECK(choice("exponential", {0, 0}) == "lbfgs: the curvature of loss exponential is unbounded");
  CHECK(choice("hinge", {0, 0}) == "sgd: loss hinge has kinks");
  CHECK(choice("logistic", {0.1, 0.1}) == "cd: an l1 penalty");
  CHECK(choice("hinge", {0.1, 0.1}) == "ftrl: an l1 penalty");
}

TEST_CASE("choose_solver: with l1, lbfgs where features are in many rows and the loss has no kinks") {
  Dataset data = small_data(std::vector<double>(64, 1.0), 2);
  const auto choice = [&](const char* name) {
    const auto loss = loss::make(name);
    const SolverChoice chosen = choose_solver(Problem(data, *loss, {0.1, 0.1}), {});
    return std::string(chosen.info->name) + ": " + chosen.reason;
  };
  REQUIRE(data.nonzeros() >= 16 * data.features());
  CHECK(choice("logistic") == "lbfgs: an l1 penalty, and many rows a feature");
  CHECK(choice("squared-hinge") == "lbfgs: an l1 penalty, and many rows a feature");
  CHECK(choice("hinge") == "ftrl: an l1 penalty");
  data.set_features(data.nonzeros() / 16 + 1);
  CHECK(choice("logistic") == "cd: an l1 penalty");
}

TEST_CASE("choose_precise_solver: the nearest to the minimum that the problem allows") {
  const Dataset data = small_data({1, -1, 1, -1}, 3);
  const auto choice = [&](const char* name, Penalty penalty) {
    const auto loss = loss::make(name);
    return choose_precise_solver(Problem(data, *loss, penalty)).info->name;
  };
  CHECK(choice("logistic", {0, 0.1}) == "newton");
  CHECK(choice("logistic", {0.1, 0.1}) == "cd");
  CHECK(choice("hinge", {0, 0.1}) == "sdca");
  CHECK(choice("hinge", {0, 0}) == "sgd");  // no dual without l2
}

TEST_CASE("choose_solver: a sample gets the solver of the whole") {
  const auto loss = loss::make("logistic");
  Dataset data = small_data(std::vector<double>{1, -1, 1, -1}, 3);
  data.set_features(200);
  const Problem problem(data, *loss, {0, 0.1});
  CHECK(choose_solver(problem, {}).info->name == "sdca");  // the factoring, for four rows
  CHECK(choose_solver(problem, {}, false, 1e6).info->name == "newton");
}

TEST_CASE("choose_solver: options given narrow the choice to solvers that read them") {
  const Dataset data = small_data({1, -1, 1, -1}, 3);
  const auto loss = loss::make("logistic");
  const Problem problem(data, *loss, {0, 0.1});
  const std::vector<std::string> ftrl{"ftrl-penalty"}, both{"ftrl-penalty", "loopless"};
  CHECK(choose_solver(problem, ftrl).info->name == "ftrl");
  CHECK_THROWS_AS(choose_solver(problem, both), UsageError);
}
