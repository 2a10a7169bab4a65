// cg, bfgs and lbfgs: every direction from the formula, every step to its conditions, and what theory says of
// quadratics.
#include <algorithm>
#include <deque>

#include "solver/textbook.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

struct Iterate {
  Vector w, g;
};

// D^-power of the Hessian's diagonal; zero entries count as the least positive one.
Vector scaling(const Textbook& book, const Vector& w, double power = 0.5) {
  const Matrix h = book.hessian(w);
  double least = Loss::infinite;
  for (std::size_t j = 0; j < w.size(); ++j)
    if (h[j][j] > 0) least = std::min(least, h[j][j]);
  Vector p(w.size());
  for (std::size_t j = 0; j < w.size(); ++j) p[j] = std::pow(std::max(least, h[j][j]), -power);
  return p;
}

Vector scaled(const Vector& p, const Vector& g) {
  Vector product(g);
  for (std::size_t j = 0; j < g.size(); ++j) product[j] *= p[j];
  return product;
}

// H <- (I - rho s y') H (I - rho y s') + rho s s', multiplied out as matrices.
Matrix updated(const Matrix& h, const Vector& s, const Vector& y) {
  const std::size_t n = s.size();
  const double rho = 1 / inner(s, y);
  Matrix left(n, Vector(n, 0.0)), half(n, Vector(n, 0.0)), result(n, Vector(n, 0.0));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) left[i][j] = (i == j ? 1 : 0) - rho * s[i] * y[j];
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t k = 0; k < n; ++k) half[i][j] += left[i][k] * h[k][j];
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) result[i][j] += half[i][k] * left[j][k];
      result[i][j] += rho * s[i] * s[j];
    }
  return result;
}

Matrix diagonal(const Vector& p, double factor) {
  Matrix m(p.size(), Vector(p.size(), 0.0));
  for (std::size_t j = 0; j < p.size(); ++j) m[j][j] = factor * p[j];
  return m;
}

// Steps the solver and checks that it moved along d by step(), and to the strong Wolfe conditions.
void check_move(Solver& solver, const Textbook& book, const Iterate& from, const Vector& d,
                double curvature) {
  solver.epoch();
  const Vector w = weights_of(solver);
  const double a = solver.step();
  double farthest = 0, error = 0, largest = 0;
  for (std::size_t j = 0; j < w.size(); ++j) {
    farthest = std::max(farthest, std::abs(a * d[j]));
    largest = std::max(largest, std::abs(w[j]));
    error = std::max(error, std::abs(w[j] - from.w[j] - a * d[j]));
  }
  CHECK(error <= 1e-8 * farthest + 1e-12 * largest);
  CHECK(book.value(w) <= book.value(from.w) + 1e-4 * a * inner(from.g, d) + 1e-13);
  CHECK(std::abs(inner(book.gradient(w), d)) <= curvature * std::abs(inner(from.g, d)) + 1e-13);
}

std::vector<std::unique_ptr<Case>> cases() {
  std::vector<std::unique_ptr<Case>> all;
  all.push_back(std::make_unique<Case>("logistic", Penalty{0, 0.001}, true));
  all.push_back(std::make_unique<Case>("squared-hinge", Penalty{0, 0.01}));
  all.push_back(std::make_unique<Case>("softmax", Penalty{0, 0.01}));
  return all;
}

}  // namespace

TEST_CASE("cg: directions by both formulas, restarts, strong Wolfe steps") {
  for (const std::string beta : {"polak-ribiere", "fletcher-reeves"})
    for (const auto& c : cases()) {
      CAPTURE(beta);
      const Textbook book(c->problem());
      SolverOptions options;
      options.cg_beta = beta;
      options.restart = 7;
      const auto solver = solver::make("cg", options);
      Iterate at{uneven_start(c->dimension()), {}};
      at.g = book.gradient(at.w);
      solver->start(c->problem(), at.w);
      const Vector p = scaling(book, at.w);
      Vector d(c->dimension(), 0.0);
      Iterate before;
      int since = 0;
      for (int k = 0; k < 30; ++k) {
        double b = 0;
        if (k > 0 && since < 7) {
          const double across = inner(at.g, scaled(p, before.g)), now = inner(at.g, scaled(p, at.g));
          const double then = inner(before.g, scaled(p, before.g));
          if (beta == "polak-ribiere")
            b = std::max(0.0, (now - across) / then);
          else
            b = std::abs(across) >= 0.2 * now ? 0 : now / then;
        }
        if (b == 0) since = 0;
        Vector next = scaled(p, at.g);
        for (std::size_t j = 0; j < d.size(); ++j) next[j] = -next[j] + b * d[j];
        d = next;
        REQUIRE(inner(d, at.g) < 0);
        check_move(*solver, book, at, d, 0.1);
        ++since;
        before = at;
        at.w = weights_of(*solver);
        at.g = book.gradient(at.w);
      }
    }
}

TEST_CASE("cg ends in d steps on a quadratic") {
  const Case c("squared", {0, 0.05}, true);
  const Textbook book(c.problem());
  const Vector best = solve(book.hessian(Vector(c.dimension())),
                            plus(Vector(c.dimension(), 0.0), -1, book.gradient(Vector(c.dimension(), 0.0))));
  for (const std::string beta : {"polak-ribiere", "fletcher-reeves"}) {
    SolverOptions options;
    options.cg_beta = beta;
    options.line_search = "exact";
    const auto solver = solver::make("cg", options);
    solver->start(c.problem(), Vector(c.dimension(), 0.0));
    for (std::size_t k = 0; k < c.dimension(); ++k) solver->epoch();
    check_near(weights_of(*solver), best, 1e-9);
  }
}

TEST_CASE("bfgs: the product form, enlarged by s'y / y'Hy") {
  for (const auto& c : cases()) {
    const Textbook book(c->problem());
    const auto solver = solver::make("bfgs", {});
    Iterate at{uneven_start(c->dimension()), {}};
    at.g = book.gradient(at.w);
    solver->start(c->problem(), at.w);
    Matrix h = diagonal(scaling(book, at.w), 1);
    for (int k = 0; k < 30; ++k) {
      Vector d = times(h, at.g);
      for (double& entry : d) entry = -entry;
      check_move(*solver, book, at, d, 0.9);
      Iterate next{weights_of(*solver), {}};
      next.g = book.gradient(next.w);
      const Vector s = plus(next.w, -1, at.w), y = plus(next.g, -1, at.g);
      const double gamma = inner(s, y) / inner(y, times(h, y));
      if (k == 0 || gamma > 1)
        for (Vector& row : h)
          for (double& entry : row) entry *= gamma;
      h = updated(h, s, y);
      at = next;
    }
  }
}

TEST_CASE("bfgs: after d exact steps on a quadratic H is the inverse Hessian") {
  RandomRows shape;
  shape.features = 8;
  const Case c("squared", {0, 0.05}, false, shape);
  const Textbook book(c.problem());
  SolverOptions options;
  options.line_search = "exact";
  const auto solver = solver::make("bfgs", options);
  Iterate at{uneven_start(c.dimension()), {}};
  at.g = book.gradient(at.w);
  solver->start(c.problem(), at.w);
  const Matrix hessian = book.hessian(at.w);
  Matrix h = diagonal(scaling(book, at.w), 1);
  for (std::size_t k = 0; k < c.dimension(); ++k) {
    Vector d = times(h, at.g);
    for (double& entry : d) entry = -entry;
    check_move(*solver, book, at, d, 1e-6);
    Iterate next{weights_of(*solver), {}};
    next.g = book.gradient(next.w);
    const Vector s = plus(next.w, -1, at.w), y = plus(next.g, -1, at.g);
    if (k == 0) {
      const double gamma = inner(s, y) / inner(y, times(h, y));
      for (Vector& row : h)
        for (double& entry : row) entry *= gamma;
    }
    h = updated(h, s, y);
    at = next;
  }
  check_near(at.w, book.minimiser(), 1e-8);
  Vector probe = uneven_start(c.dimension());
  check_near(times(h, times(hessian, probe)), probe, 1e-6);
}

TEST_CASE("lbfgs: the last pairs' matrix, and steps to the strong Wolfe conditions") {
  for (const auto& c : cases()) {
    const Textbook book(c->problem());
    SolverOptions options;
    options.memory = 4;
    const auto solver = solver::make("lbfgs", options);
    Iterate at{uneven_start(c->dimension()), {}};
    at.g = book.gradient(at.w);
    solver->start(c->problem(), at.w);
    Vector p;
    std::deque<std::pair<Vector, Vector>> pairs;
    for (int k = 0; k < 25; ++k) {
      CAPTURE(k);
      if (k % 10 == 0) p = scaling(book, at.w, c->problem().outputs() > 1 ? 1.0 / 3 : 0.5);
      double gamma = 1;
      if (!pairs.empty()) {
        const auto& [s, y] = pairs.back();
        gamma = inner(s, y) / inner(y, scaled(p, y));
      }
      Matrix h = diagonal(p, gamma);
      for (const auto& [s, y] : pairs) h = updated(h, s, y);
      Vector d = times(h, at.g);
      for (double& entry : d) entry = -entry;
      check_move(*solver, book, at, d, 0.9);
      Iterate next{weights_of(*solver), {}};
      next.g = book.gradient(next.w);
      pairs.emplace_back(plus(next.w, -1, at.w), plus(next.g, -1, at.g));
      if (pairs.size() > 4) pairs.pop_front();
      at = next;
    }
  }
}

TEST_CASE("lbfgs with l1 is OWL-QN: pseudo-gradient, the matrix of what does not rest, projected step") {
  int left_out = 0;
  for (const auto& start : std::vector<std::pair<std::string, double>>{
           {"logistic", 1}, {"squared", 1}, {"logistic", 30}, {"squared", 30}}) {
    const std::string loss = start.first;  // clang 14 can not capture a structured binding
    const double far = start.second;
    CAPTURE(loss);
    CAPTURE(far);
    const Case c(loss, {far > 1 ? 0.1 : 0.02, 0.01}, true);
    const Textbook book(c.problem());
    SolverOptions options;
    options.memory = 4;
    const auto solver = solver::make("lbfgs", options);
    Iterate at{scaled(Vector(c.dimension(), far), uneven_start(c.dimension())), {}};
    at.g = book.gradient(at.w);
    solver->start(c.problem(), at.w);
    Vector p;
    std::deque<std::pair<Vector, Vector>> pairs;
    int projected = 0, resting = 0;
    for (int k = 0; k < 25; ++k) {
      if (k % 10 == 0) p = scaling(book, at.w);
      Vector pseudo(at.g);
      for (std::size_t j = 0; j < pseudo.size(); ++j) {
        const double l1 = book.dense.l1(j);
        if (at.w[j] != 0)
          pseudo[j] += at.w[j] > 0 ? l1 : -l1;
        else
          pseudo[j] = pseudo[j] > l1 ? pseudo[j] - l1 : pseudo[j] < -l1 ? pseudo[j] + l1 : 0;
      }
      if (inner(pseudo, pseudo) < 1e-18) break;  // pairs of rounding alone follow
      const auto within = [&](Vector v) {
        for (std::size_t j = 0; j < v.size(); ++j)
          if (at.w[j] == 0 && pseudo[j] == 0) v[j] = 0;
        return v;
      };
      std::deque<std::pair<Vector, Vector>> kept;
      for (const auto& [s, y] : pairs)
        if (inner(within(s), within(y)) > 1e-3 * inner(s, y)) kept.emplace_back(within(s), within(y));
      left_out += static_cast<int>(pairs.size() - kept.size());
      double gamma = 1;
      if (!pairs.empty()) {
        const auto& [s, y] = kept.empty() ? pairs.back() : kept.back();
        gamma = inner(s, y) / inner(y, scaled(p, y));
      }
      Matrix h = diagonal(p, gamma);
      for (const auto& [s, y] : kept) h = updated(h, s, y);
      Vector d = times(h, pseudo);
      for (double& entry : d) entry = -entry;
      for (std::size_t j = 0; j < d.size(); ++j) {
        if (at.w[j] == 0 && d[j] * pseudo[j] >= 0) d[j] = 0;
        resting += at.w[j] == 0 && pseudo[j] == 0;
      }
      REQUIRE(inner(d, pseudo) < 0);
      solver->epoch();
      Vector expected = plus(at.w, solver->step(), d);
      for (std::size_t j = 0; j < d.size(); ++j) {
        if (book.dense.l1(j) == 0) continue;
        const double side = at.w[j] != 0 ? at.w[j] : -pseudo[j];
        if (expected[j] * side > 0) continue;
        projected += expected[j] != 0;
        expected[j] = 0;
      }
      const Vector w = weights_of(*solver);
      check_near(w, expected, 1e-8);
      CHECK(book.value(w) <= book.value(at.w) + 1e-4 * inner(pseudo, plus(w, -1, at.w)) + 1e-13);
      const Vector g = book.gradient(w);
      pairs.emplace_back(plus(w, -1, at.w), plus(g, -1, at.g));
      if (pairs.size() > 4) pairs.pop_front();
      at = {w, g};
    }
    CHECK(projected > 0);
    CHECK(resting > 0);
  }
  CHECK(left_out > 0);
}
