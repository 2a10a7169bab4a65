// What every solver of the table owes, whoever wrote it: the same bits again, after a saved state and on any
// number of threads; numbers on degenerate data; clear refusals.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/solver/solver.hpp"
#include "support/random_rows.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

constexpr int epochs = 4;

bool supports(const solver::Info& info, unsigned needs) { return (info.supports & needs) == needs; }

/// A problem and what it stands on.
struct Case {
  Case(std::string case_name, const RandomRows& shape, const std::string& loss_name, Penalty penalty,
       bool intercept)
      : name(std::move(case_name)),
        data(random_rows(shape)),
        loss(make_loss(loss_name)),
        problem(data, *loss, penalty, intercept) {}

  static std::unique_ptr<Loss> make_loss(const std::string& loss_name) {
    LossOptions options;
    options.classes = 3;
    return loss::make(loss_name, options);
  }
  unsigned needs() const {
    return (problem.penalty().l1 > 0 ? solver::l1 : 0U) | (problem.intercept() ? solver::intercept : 0U) |
           (problem.outputs() > 1 ? solver::classes : 0U) |
           (problem.loss().differentiable() ? 0U : solver::nonsmooth) |
           (problem.penalty().l2 == 0 ? solver::no_l2 : 0U);
  }

  std::string name;
  Dataset data;
  std::unique_ptr<Loss> loss;
  Problem problem;
};

/// The loss and penalty of a case: everything a solver may or may not support.
struct Kind {
  std::string loss;
  Penalty penalty;
  bool intercept;
  RandomLabels labels;
};

const Kind kinds[] = {
    {"logistic", {0, 0.1}, false, RandomLabels::binary},
    {"logistic", {0, 0.1}, true, RandomLabels::binary},
    {"logistic", {0.01, 0.1}, true, RandomLabels::binary},
    {"logistic", {0, 0}, false, RandomLabels::binary},
    {"logistic", {0.01, 0}, false, RandomLabels::binary},
    {"squared", {0, 0.1}, false, RandomLabels::real},
    {"squared-hinge", {0.01, 0.1}, true, RandomLabels::binary},
    {"hinge", {0, 0.1}, false, RandomLabels::binary},
    {"exponential", {0.01, 0.1}, true, RandomLabels::binary},
    {"exponential", {0, 0.1}, false, RandomLabels::binary},
    {"softmax", {0, 0.1}, true, RandomLabels::classes3},
    {"softmax", {0.01, 0.1}, false, RandomLabels::classes3},
};

Case make_case(const Kind& kind, RandomRows shape, const std::string& name) {
  shape.labels = kind.labels;
  return Case(name + " " + kind.loss + " l1=" + std::to_string(kind.penalty.l1) +
                  " l2=" + std::to_string(kind.penalty.l2) + (kind.intercept ? " intercept" : ""),
              shape, kind.loss, kind.penalty, kind.intercept);
}

/// Whether the solver takes this kind of problem at all, asked on unremarkable rows: start() may refuse what
/// the table has no word for, but then it names a solver that takes it.
bool takes(const solver::Info& info, const Kind& kind) {
  const Case plain = make_case(kind, {}, "rows");
  if (!supports(info, plain.needs())) return false;
  const std::vector<double> w0(plain.problem.dimension(), 0.0);
  std::string message;
  try {
    info.make({})->start(plain.problem, w0);
    return true;
  } catch (const UsageError& error) {
    message = error.what();
  }
  CAPTURE(message);
  bool named = false;
  for (const solver::Info& other : solver::all())
    named = named || (&other != &info && message.find(std::string(other.name)) != std::string::npos);
  CHECK(named);
  return false;
}

/// Calls body(info, case) for every solver and every kind that it supports, on rows of this shape.
template <class Body>
void for_all(const RandomRows& shape, const std::string& name, const Body& body) {
  for (const Kind& kind : kinds) {
    const Case made = make_case(kind, shape, name);
    for (const solver::Info& info : solver::all()) {
      if (!takes(info, kind)) continue;
      CAPTURE(made.name);
      CAPTURE(info.name);
      body(info, made);
    }
  }
}

std::vector<double> zero(const Problem& problem) { return std::vector<double>(problem.dimension(), 0.0); }

std::vector<double> now(Solver& solver) {
  const auto w = solver.weights();
  return {w.begin(), w.end()};
}

/// Bits, not values: -0 and 0 differ, and NaN equals itself.
bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}
bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof(double)) == 0; }

/// Weights after `count` more epochs, all of them one after another.
std::vector<std::vector<double>> run(Solver& solver, int count) {
  std::vector<std::vector<double>> path;
  for (int e = 0; e < count; ++e) {
    solver.epoch();
    path.push_back(now(solver));
  }
  return path;
}

void check_same_path(const std::vector<std::vector<double>>& a, const std::vector<std::vector<double>>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t e = 0; e < a.size(); ++e) {
    CAPTURE(e);
    CHECK(same_bits(a[e], b[e]));
  }
}

void check_same_counters(Solver& a, Solver& b) {
  CHECK(same_bits(a.step(), b.step()));
  CHECK(a.updates() == b.updates());
  CHECK(a.epochs() == b.epochs());
  CHECK(a.passes() == b.passes());
}

}  // namespace

TEST_CASE("every solver: takes some kind of problem") {
  for (const solver::Info& info : solver::all()) {
    CAPTURE(info.name);
    CHECK(
        std::any_of(std::begin(kinds), std::end(kinds), [&](const Kind& kind) { return takes(info, kind); }));
  }
}

TEST_CASE("every solver: begins where it is told and moves") {
  for_all({}, "rows", [](const solver::Info& info, const Case& made) {
    Random random(3);
    std::vector<double> w0 = zero(made.problem);
    for (double& w : w0) w = random.uniform() - 0.5;
    const auto solver = info.make({});
    solver->start(made.problem, w0);
    const auto begin = now(*solver);
    double error = 0;
    for (std::size_t j = 0; j < w0.size(); ++j) error = std::max(error, std::abs(begin[j] - w0[j]));
    CHECK(error <= 1e-12);
    solver->epoch();
    CHECK_FALSE(same_bits(now(*solver), begin));
    CHECK(solver->updates() > 0);
    CHECK(solver->epochs() > 0);
    CHECK(solver->passes() > 0);
  });
}

TEST_CASE("every solver: lowers the objective from zero") {
  for_all({}, "rows", [](const solver::Info& info, const Case& made) {
    Objective objective(made.problem);
    const double first = objective.value(zero(made.problem)).total;
    const auto solver = info.make({});
    solver->start(made.problem, zero(made.problem));
    run(*solver, 10);
    CHECK(objective.value(solver->weights()).total < first);
  });
}

TEST_CASE("every solver: run twice, as one object or two, gives the same bits") {
  for_all({}, "rows", [](const solver::Info& info, const Case& made) {
    const auto first = info.make({}), second = info.make({});
    first->start(made.problem, zero(made.problem));
    second->start(made.problem, zero(made.problem));
    const auto path = run(*first, epochs);
    check_same_path(path, run(*second, epochs));
    check_same_counters(*first, *second);
    first->start(made.problem, zero(made.problem));
    check_same_path(path, run(*first, epochs));
    check_same_counters(*first, *second);
  });
}

TEST_CASE("every solver: a state saved between epochs and loaded elsewhere continues bit for bit") {
  RandomRows shape;
  shape.weighted = true;
  for_all(shape, "rows", [](const solver::Info& info, const Case& made) {
    for (const int before : {0, 1, 3}) {
      CAPTURE(before);
      const auto whole = info.make({}), saved = info.make({}), loaded = info.make({});
      whole->start(made.problem, zero(made.problem));
      saved->start(made.problem, zero(made.problem));
      run(*whole, before);
      run(*saved, before);
      Archive out;
      saved->state(out);
      loaded->start(made.problem, zero(made.problem));
      Archive in(out.bytes());
      loaded->state(in);
      CHECK(in.exhausted());
      CHECK(same_bits(now(*whole), now(*loaded)));
      check_same_counters(*whole, *loaded);
      const auto path = run(*whole, epochs);
      check_same_path(path, run(*loaded, epochs));
      check_same_path(path, run(*saved, epochs));  // saving changes nothing
      check_same_counters(*whole, *loaded);
    }
  });
}

TEST_CASE("every solver: a truncated state is refused") {
  for_all({}, "rows", [](const solver::Info& info, const Case& made) {
    const auto saved = info.make({}), loaded = info.make({});
    saved->start(made.problem, zero(made.problem));
    saved->epoch();
    Archive out;
    saved->state(out);
    loaded->start(made.problem, zero(made.problem));
    Archive in(out.bytes().substr(0, out.bytes().size() - 1));
    CHECK_THROWS_AS(loaded->state(in), DataError);
  });
}

TEST_CASE("every solver: the bits do not depend on the number of threads") {
  RandomRows shape;
  shape.rows = 6000;
  shape.features = 300;
  shape.density = 0.02;
  shape.rows_a_block = 700;
  std::set<std::string_view> seen;
  for_all(shape, "many rows", [&](const solver::Info& info, const Case& made) {
    std::vector<std::vector<double>> reference;
    const bool first = seen.insert(info.name).second;  // one problem a solver sees every number of threads
    for (std::size_t threads = 1; threads <= 8; ++threads) {
      if (!first && threads != 1 && threads != 2 && threads != 7) continue;
      CAPTURE(threads);
      const ThreadLimit limit(threads);
      const auto solver = info.make({});
      solver->start(made.problem, zero(made.problem));
      auto path = run(*solver, 2);
      if (reference.empty())
        reference = std::move(path);
      else
        check_same_path(reference, path);
    }
  });
}

namespace {

/// Runs with an automatic step; every number the solver gives must be one.
void check_stays_finite(const solver::Info& info, const Case& made) {
  const auto solver = info.make({});
  solver->start(made.problem, zero(made.problem));
  for (int e = 0; e < 6; ++e) {
    solver->epoch();
    bool finite = true;
    for (const double w : solver->weights()) finite = finite && std::isfinite(w);
    CAPTURE(e);
    REQUIRE(finite);
    CHECK(std::isfinite(solver->passes()));
    if (const auto duals = solver->duals()) {
      for (const double alpha : duals->alpha) finite = finite && std::isfinite(alpha);
      for (const double v : duals->v) finite = finite && std::isfinite(v);
      CHECK(finite);
    }
  }
}

}  // namespace

TEST_CASE("every solver: degenerate data leaves no NaN and no infinity") {
  const auto shape = [](std::uint64_t rows, std::uint64_t features, double density, std::uint64_t empty) {
    RandomRows made;
    made.rows = rows;
    made.features = features;
    made.density = density;
    made.empty_every = empty;
    return made;
  };
  for_all(shape(1, 5, 1, 0), "one row", check_stays_finite);
  for_all(shape(30, 1, 1, 0), "one feature", check_stays_finite);
  for_all(shape(1, 1, 1, 0), "one row, one feature", check_stays_finite);
  for_all(shape(30, 10, 0.3, 2), "every other row empty", check_stays_finite);
  for_all(shape(30, 10, 0.3, 1), "all rows empty", check_stays_finite);
  for_all(shape(1, 3, 1, 1), "one empty row", check_stays_finite);
  for_all(shape(2, 400, 1, 0), "two rows, many features", check_stays_finite);
}

TEST_CASE("every solver: one class, huge and tiny values, one row with all the weight") {
  for (const Kind& kind : kinds)
    for (const std::string change : {"one class", "huge", "tiny", "one weight"}) {
      RandomRows shape;
      shape.rows = 40;
      Case made = make_case(kind, shape, change);
      if (change == "one class") {
        made.data.map_labels([](double) { return 1.0; });
      } else if (change == "one weight") {
        std::vector<float> weights(shape.rows, 0.0F);
        weights[5] = 1;
        made.data.set_weights(weights);
      } else {
        Dataset scaled;
        for (RowBlock block : made.data.blocks()) {
          for (float& value : block.values) value *= change == "huge" ? 1e6F : 1e-6F;
          scaled.append(std::move(block));
        }
        scaled.set_features(shape.features);
        made.data = std::move(scaled);
      }
      for (const solver::Info& info : solver::all()) {
        if (!takes(info, kind)) continue;
        CAPTURE(made.name);
        CAPTURE(info.name);
        check_stays_finite(info, made);
      }
    }
}

TEST_CASE("require_support: passes exactly what the table supports, and names solvers that do the rest") {
  for (const Kind& kind : kinds) {
    const Case made = make_case(kind, {}, "rows");
    CAPTURE(made.name);
    for (const solver::Info& info : solver::all()) {
      CAPTURE(info.name);
      if (supports(info, made.needs())) {
        CHECK_NOTHROW(solver::require_support(info, made.problem));
        continue;
      }
      std::string message;
      try {
        solver::require_support(info, made.problem);
      } catch (const UsageError& error) {
        message = error.what();
      }
      CHECK(message.find(std::string(info.name) + " does not support") != std::string::npos);
      const std::size_t list = message.find("solvers that do: ");
      REQUIRE(list != std::string::npos);
      const std::string names = ", " + message.substr(list + 17) + ",";
      for (const solver::Info& other : solver::all())
        CHECK((names.find(", " + std::string(other.name) + ",") != std::string::npos) ==
              supports(other, made.needs()));
    }
  }
}

TEST_CASE("require_support: a solver that supports nothing is refused everything but the plain problem") {
  solver::Info plain = solver::all().front();
  plain.name = "plain";
  plain.supports = 0;
  for (const Kind& kind : kinds) {
    const Case made = make_case(kind, {}, "rows");
    CAPTURE(made.name);
    if (made.needs() == 0)
      CHECK_NOTHROW(solver::require_support(plain, made.problem));
    else
      CHECK_THROWS_AS(solver::require_support(plain, made.problem), UsageError);
  }
}

TEST_CASE("the table of solvers: names are unique and found, a near miss is named") {
  for (const solver::Info& info : solver::all()) {
    const std::string name(info.name);
    CAPTURE(name);
    CHECK(solver::find(name) == &info);
    CHECK_FALSE(info.summary.empty());
    CHECK_FALSE(info.source.empty());
    try {
      solver::make(name + "x", {});
      FAIL("made a solver of an unknown name");
    } catch (const UsageError& error) {
      CHECK(std::string(error.what()).find("did you mean '") != std::string::npos);
    }
  }
}
