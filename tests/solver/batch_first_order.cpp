// gd, heavy-ball, nesterov and delta-bar-delta against dense loops of their formulas, and under their
// theorems.
#include <algorithm>

#include "solver/textbook.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

constexpr int iterations = 200;

SolverOptions fixed(double step) {
  SolverOptions options;
  options.step = step;
  options.line_search = "fixed";
  return options;
}

// The problems every rule is tried on: all losses, row weights, an intercept, features in no row.
std::vector<std::unique_ptr<Case>> cases(double l1 = 0) {
  RandomRows weighted;
  weighted.weighted = true;
  std::vector<std::unique_ptr<Case>> all;
  all.push_back(std::make_unique<Case>("logistic", Penalty{l1, 0.01}));
  all.push_back(std::make_unique<Case>("squared-hinge", Penalty{l1, 0.02}, true, weighted));
  all.push_back(std::make_unique<Case>("squared", Penalty{l1, 0.03}, true));
  all.push_back(std::make_unique<Case>("softmax", Penalty{l1, 0.01}, true, weighted));
  return all;
}

// Runs the solver beside `next`, which turns the textbook's weights into the next ones.
template <class Next>
void compare(const Case& c, const std::string& name, const SolverOptions& options, const Next& next) {
  CAPTURE(name);
  CAPTURE(c.problem().loss().name());
  const auto solver = solver::make(name, options);
  Vector w = uneven_start(c.dimension());
  solver->start(c.problem(), w);
  for (int k = 0; k < iterations; ++k) {
    solver->epoch();
    w = next(w);
    if (k % 20 == 0 || k + 1 == iterations) check_same_weights(solver->weights(), w);
  }
}

Vector proximal(const Textbook& book, const Vector& at, double a) {
  Vector w = plus(at, -a, book.gradient(at));
  for (std::size_t j = 0; j < w.size(); ++j)
    w[j] = std::copysign(std::max(0.0, std::abs(w[j]) - a * book.dense.l1(j)), w[j]);
  return w;
}

}  // namespace

TEST_CASE("gd: w - a grad F, and ISTA with l1") {
  for (const double l1 : {0.0, 0.02})
    for (const auto& c : cases(l1)) {
      const Textbook book(c->problem());
      compare(*c, "gd", fixed(0.2), [&](const Vector& w) { return proximal(book, w, 0.2); });
    }
}

TEST_CASE("gd: a schedule sets the step of update k") {
  SolverOptions options = fixed(0.3);
  options.schedule = "inverse";
  options.schedule_options.decay = 10;
  const Case c("logistic", {0, 0.01});
  const Textbook book(c.problem());
  int k = 0;
  compare(c, "gd", options, [&](const Vector& w) { return proximal(book, w, 0.3 / (1 + k++ / 10.0)); });
}

TEST_CASE("heavy-ball: v = mu v - a grad F(w), w += v") {
  for (const auto& c : cases()) {
    const Textbook book(c->problem());
    SolverOptions options = fixed(0.05);
    options.momentum = 0.8;
    Vector v(c->dimension(), 0.0);
    compare(*c, "heavy-ball", options, [&](const Vector& w) {
      for (double& entry : v) entry *= 0.8;
      v = plus(v, -0.05, book.gradient(w));
      return plus(w, 1, v);
    });
  }
}

TEST_CASE("nesterov: with and without restarts, and FISTA with l1") {
  int restarts = 0;
  for (const bool restart : {false, true})
    for (const double l1 : {0.0, 0.02})
      for (const auto& c : cases(l1)) {
        const Textbook book(c->problem());
        SolverOptions options = fixed(0.05);
        options.no_restart = !restart;
        Vector before = uneven_start(c->dimension());
        double k = 0;
        compare(*c, "nesterov", options, [&](const Vector& w) {
          const double mu = k == 0 ? 0 : (k - 1) / (k + 2);
          const Vector next = proximal(book, plus(w, mu, plus(w, -1, before)), 0.05);
          const bool increased = book.value(next) > book.value(w);
          restarts += restart && increased ? 1 : 0;
          k = restart && increased ? 1 : k + 1;
          before = w;
          return next;
        });
      }
  CHECK(restarts > 4);  // or the two modes were not told apart
}

TEST_CASE("delta-bar-delta: rates grow by kappa, shrink by phi") {
  for (const auto& c : cases()) {
    const Textbook book(c->problem());
    SolverOptions options;
    options.step = 0.02;
    options.kappa = 0.002;
    options.phi = 0.6;
    Vector rate(c->dimension(), 0.02), average(c->dimension(), 0.0);
    int shrunk = 0;
    compare(*c, "delta-bar-delta", options, [&](const Vector& w) {
      const Vector delta = book.gradient(w);
      Vector next(w);
      for (std::size_t j = 0; j < w.size(); ++j) {
        if (average[j] * delta[j] > 0) rate[j] += 0.002;
        if (average[j] * delta[j] < 0) rate[j] *= 0.6, ++shrunk;
        average[j] = 0.7 * average[j] + 0.3 * delta[j];
        next[j] -= rate[j] * delta[j];
      }
      return next;
    });
    CHECK(shrunk > 0);
  }
}

TEST_CASE("gd, barzilai-borwein: s's / s'y, halved until below the last ten F") {
  for (const double l1 : {0.0, 0.02})
    for (const auto& c : cases(l1)) {
      const Textbook book(c->problem());
      SolverOptions options;
      options.line_search = "barzilai-borwein";
      const auto solver = solver::make("gd", options);
      Vector w = uneven_start(c->dimension());
      solver->start(c->problem(), w);
      const Vector g0 = book.gradient(w);
      double a = inner(g0, g0) / inner(g0, times(book.hessian(w), g0));
      Vector recent{book.value(w)};
      for (int k = 0; k < 15; ++k) {  // later, rounding in s'y takes the two apart
        Vector next = proximal(book, w, a);
        const auto moved = [&] { return inner(plus(next, -1, w), plus(next, -1, w)); };
        if (moved() < 1e-14 * inner(w, w)) break;  // F can no longer tell the two apart
        while (book.value(next) > *std::max_element(recent.begin(), recent.end()) - 1e-4 / (2 * a) * moved())
          next = proximal(book, w, a /= 2);
        const Vector s = plus(next, -1, w), y = plus(book.gradient(next), -1, book.gradient(w));
        a = inner(s, s) / inner(s, y);
        w = next;
        recent.push_back(book.value(w));
        if (recent.size() > 10) recent.erase(recent.begin());
        solver->epoch();
        check_near(weights_of(*solver), w, 1e-8);
      }
    }
}

TEST_CASE("gd stays under L |w0 - w*|^2 / 2k, nesterov under 2 L |w0 - w*|^2 / (k+1)^2") {
  for (const std::string loss : {"logistic", "squared-hinge", "squared"})
    for (const double l2 : {1e-6, 1e-3}) {
      const Case c(loss, {0, l2});
      const Textbook book(c.problem());
      const Vector best = book.minimiser(), start = uneven_start(c.dimension());
      const double lipschitz = book.lipschitz(loss == "logistic" ? 0.25 : loss == "squared" ? 1 : 2);
      const double distance = inner(plus(start, -1, best), plus(start, -1, best));
      for (const std::string name : {"gd", "nesterov"}) {
        SolverOptions options;
        options.line_search = "fixed";
        options.no_restart = true;
        const auto solver = solver::make(name, options);
        solver->start(c.problem(), start);
        CHECK(solver->step() == doctest::Approx(1 / lipschitz).epsilon(1e-12));
        for (int k = 1; k <= 500; ++k) {
          solver->epoch();
          const double bound =
              name == "gd" ? lipschitz * distance / (2 * k) : 2 * lipschitz * distance / std::pow(k + 1.0, 2);
          CAPTURE(k);
          CHECK(book.value(weights_of(*solver)) - book.value(best) <= bound + 1e-13);
        }
      }
    }
}

TEST_CASE("line searches let F fall in every step") {
  struct Rule {
    const char *solver, *line_search;
  };
  for (const Rule& rule : {Rule{"gd", "backtracking"}, Rule{"gd", "wolfe"}, Rule{"heavy-ball", "auto"},
                           Rule{"delta-bar-delta", "auto"}, Rule{"steepest", "auto"}})
    for (const auto& c : cases()) {
      CAPTURE(rule.solver);
      const Textbook book(c->problem());
      SolverOptions options;
      options.line_search = rule.line_search;
      const auto solver = solver::make(rule.solver, options);
      solver->start(c->problem(), uneven_start(c->dimension()));
      double before = book.value(weights_of(*solver));
      for (int k = 0; k < 60; ++k) {
        solver->epoch();
        const double now = book.value(weights_of(*solver));
        CHECK(now <= before * (1 + 1e-13));
        before = now;
      }
      CHECK(before - book.value(book.minimiser()) < 1e-2 * book.value(Vector(c->dimension(), 0.0)));
    }
}

TEST_CASE("steepest: the exact minimiser along -g of a quadratic") {
  const Case c("squared", {0, 0.02}, true);
  const Textbook book(c.problem());
  const auto solver = solver::make("steepest", {});
  Vector w = uneven_start(c.dimension());
  solver->start(c.problem(), w);
  for (int k = 0; k < 50; ++k) {
    const Vector g = book.gradient(w);
    w = plus(w, -inner(g, g) / inner(g, times(book.hessian(w), g)), g);
    solver->epoch();
    check_near(weights_of(*solver), w);
  }
}
