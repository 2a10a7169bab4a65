// newton, natural-gradient and kfac: steps from dense matrices of their formulas, quadratic convergence.
#include "solver/batch/cholesky.hpp"
#include "solver/batch/curvature.hpp"
#include "solver/batch/kronecker.hpp"
#include "solver/textbook.hpp"
#include "sparselearn/engine/threads.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

// The lower triangle of a dense matrix, row-major.
Vector lower(const Matrix& m) {
  Vector triangle(m.size() * m.size(), 0.0);
  for (std::size_t i = 0; i < m.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j) triangle[i * m.size() + j] = m[i][j];
  return triangle;
}

Matrix random_positive(std::size_t side, Random& random) {
  Matrix root(side, Vector(side)), m(side, Vector(side, 0.0));
  for (Vector& row : root)
    for (double& entry : row) entry = 2 * random.uniform() - 1;
  for (std::size_t i = 0; i < side; ++i)
    for (std::size_t j = 0; j < side; ++j) m[i][j] = inner(root[i], root[j]) + (i == j ? 0.1 : 0);
  return m;
}

// The empirical Fisher matrix plus l2 I.
Matrix empirical(const Textbook& book, const Vector& w) {
  Matrix f(w.size(), Vector(w.size(), 0.0));
  for (std::uint64_t i = 0; i < book.dense.rows; ++i) {
    Vector g(w.size(), 0.0);
    book.dense.add(g, i, book.dense.derivative(i, w), 1);
    for (std::size_t a = 0; a < w.size(); ++a)
      for (std::size_t b = 0; b < w.size(); ++b) f[a][b] += book.share(i) * g[a] * g[b];
  }
  for (std::size_t j = 0; j < w.size(); ++j) f[j][j] += book.dense.l2(j);
  return f;
}

// E[x x'], and E over y ~ p of g g'.
Matrix left_factor(const Textbook& book) {
  Matrix a(book.dense.columns, Vector(book.dense.columns, 0.0));
  for (std::uint64_t i = 0; i < book.dense.rows; ++i)
    for (std::size_t j = 0; j < a.size(); ++j)
      for (std::size_t k = 0; k < a.size(); ++k)
        a[j][k] += book.share(i) * book.dense.x[i][j] * book.dense.x[i][k];
  return a;
}
Matrix right_factor(const Textbook& book, const Vector& w) {
  const std::size_t classes = book.dense.outputs;
  Matrix g(classes, Vector(classes, 0.0));
  for (std::uint64_t i = 0; i < book.dense.rows; ++i) {
    const Matrix m = book.loss_curvature(book.scores(i, w), book.dense.y[i]);
    for (std::size_t b = 0; b < classes; ++b)
      for (std::size_t c = 0; c < classes; ++c) g[b][c] += book.share(i) * m[b][c];
  }
  return g;
}

// -(A + root I)^-1 V (G + root I)^-1 for the features x classes matrix V.
Vector kronecker_solve(Matrix a, Matrix g, double root, const Vector& v) {
  const std::size_t classes = g.size();
  for (std::size_t j = 0; j < a.size(); ++j) a[j][j] += root;
  for (std::size_t c = 0; c < classes; ++c) g[c][c] += root;
  Vector result(v.size());
  for (std::size_t c = 0; c < classes; ++c) {
    Vector column(a.size());
    for (std::size_t j = 0; j < a.size(); ++j) column[j] = v[j * classes + c];
    column = solve(a, column);
    for (std::size_t j = 0; j < a.size(); ++j) result[j * classes + c] = column[j];
  }
  for (std::size_t j = 0; j < a.size(); ++j) {
    Vector row(result.begin() + static_cast<std::ptrdiff_t>(j * classes),
               result.begin() + static_cast<std::ptrdiff_t>((j + 1) * classes));
    row = solve(g, row);
    for (std::size_t c = 0; c < classes; ++c) result[j * classes + c] = -row[c];
  }
  return result;
}

}  // namespace

TEST_CASE("cholesky: solves, over several blocks and with a ridge where the matrix is singular") {
  Random random(3);
  for (const std::size_t side : {1U, 2U, 31U, 32U, 33U, 63U, 65U, 200U, 560U}) {
    const Matrix m = random_positive(side, random);
    const Vector x = uneven_start(side);
    Vector b = times(m, x);
    batch::Cholesky cholesky;
    cholesky.factor(lower(m), side);
    CHECK(cholesky.ridge() == 0);
    cholesky.solve(b);
    check_near(b, x, 1e-8);
  }
  Matrix singular(6, Vector(6, 0.0));
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = 0; j < 5; ++j) singular[i][j] = 1e6;  // rank one, and a zero row
  batch::Cholesky cholesky;
  cholesky.factor(lower(singular), 6);
  CHECK(cholesky.ridge() > 0);
  Vector b{1, 1, 1, 1, 1, 0};
  cholesky.solve(b);
  check_near(times(singular, b), {1, 1, 1, 1, 1, 0}, 1e-6);
  CHECK(b[5] == 0);
}

// Gram's results against sums over dense rows.
static void check_gram(const RandomRows& shape, bool intercept) {
  const Case c("logistic", {0, 0.01}, intercept, shape);
  const Textbook book(c.problem());
  const Vector w = uneven_start(c.dimension());
  Objective objective(c.problem());
  Vector g(c.dimension());
  objective.value_and_gradient(w, g);
  check_near(g, book.gradient(w));
  Matrix expected = book.hessian(w);
  for (std::size_t j = 0; j < c.problem().features(); ++j) expected[j][j] -= 0.01;

  Gram gram(c.problem());
  const std::vector<double> curvatures = Gram::row_curvatures(c.problem(), objective.scores());
  Vector dense(c.dimension() * c.dimension()), diagonal(c.dimension()), product(c.dimension());
  gram.dense(curvatures, dense);
  check_near(dense, lower(expected));
  gram.diagonal(curvatures, diagonal);
  for (std::size_t j = 0; j < c.dimension(); ++j)
    CHECK(diagonal[j] == doctest::Approx(expected[j][j]).epsilon(1e-12));
  gram.product(
      w,
      [&](std::uint64_t first, std::size_t rows, double* u) {
        for (std::size_t r = 0; r < rows; ++r) u[r] *= curvatures[first + r];
      },
      product);
  check_near(product, times(expected, w));
  CHECK(gram.passes() == 3);
}

TEST_CASE("gram: dense matrix, products and diagonal from their definitions") {
  for (const bool intercept : {false, true})
    for (const bool ones : {false, true})
      for (const double density : {0.2, 0.6, 1.0}) {
        CAPTURE(intercept);
        CAPTURE(ones);
        CAPTURE(density);
        RandomRows shape;
        shape.weighted = true;
        shape.ones = ones;
        shape.density = density;
        check_gram(shape, intercept);
      }
}

TEST_CASE("gram: where rows are so many that they are added in parts") {
  RandomRows shape;
  shape.rows = 6000;
  shape.rows_a_block = 2500;
  shape.density = 0.8;
  for (const bool ones : {false, true}) {
    shape.ones = ones;
    check_gram(shape, true);
  }
}

TEST_CASE("the Hessian's diagonal, for one score and for several") {
  for (const std::string loss : {"logistic", "softmax"}) {
    const Case c(loss, {0, 0.01}, true);
    const Textbook book(c.problem());
    const Vector w = uneven_start(c.dimension());
    Objective objective(c.problem());
    Vector g(c.dimension()), diagonal(c.dimension());
    objective.value_and_gradient(w, g);
    objective.hessian_diagonal(diagonal);
    const Matrix h = book.hessian(w);
    for (std::size_t j = 0; j < c.dimension(); ++j)
      CHECK(diagonal[j] == doctest::Approx(h[j][j]).epsilon(1e-12));
  }
}

TEST_CASE("newton and natural-gradient step along -B^-1 g") {
  for (const std::string name : {"newton", "exact", "empirical"})
    for (const std::string loss : {"logistic", "squared-hinge", "squared"})
      for (const double damping : {0.0, 0.1}) {
        CAPTURE(name);
        CAPTURE(loss);
        RandomRows weighted;
        weighted.weighted = true;
        const Case c(loss, {0, 0.01}, true, weighted);
        const Textbook book(c.problem());
        SolverOptions options;
        options.damping = damping;
        if (name != "newton") options.fisher = name;
        const auto solver = solver::make(name == "newton" ? "newton" : "natural-gradient", options);
        Vector w = uneven_start(c.dimension());
        solver->start(c.problem(), w);
        for (int k = 0; k < 4; ++k) {
          Matrix b = name == "empirical" ? empirical(book, w) : book.hessian(w);
          for (std::size_t j = 0; j < w.size(); ++j) {
            b[j][j] += damping;
            if (b[j][j] == 0) b[j][j] = 1;
          }
          const Vector s = solve(b, book.gradient(w));
          solver->epoch();
          check_near(weights_of(*solver), plus(w, -solver->step(), s), 1e-9);
          w = weights_of(*solver);
        }
      }
}

TEST_CASE("newton: the error of a step is the square of the last one's, and a quadratic takes one step") {
  for (const std::string loss : {"logistic", "softmax"}) {
    const Case c(loss, {0, 0.01}, loss == "logistic");  // several intercepts could move together
    const Textbook book(c.problem());
    const Vector best = book.minimiser();
    const auto solver = solver::make("newton", {});
    solver->start(c.problem(), Vector(c.dimension(), 0.0));
    std::vector<double> errors;
    for (int k = 0; k < 40 && !solver->stalled(); ++k) {
      solver->epoch();
      const Vector error = plus(weights_of(*solver), -1, best);
      errors.push_back(std::sqrt(inner(error, error)));
    }
    CHECK(errors.back() < 1e-10);
    if (loss == "softmax") continue;  // truncated conjugate gradients: superlinear only
    int quadratic = 0;
    for (std::size_t k = 1; k < errors.size() && errors[k - 1] > 1e-7; ++k) {
      if (errors[k - 1] > 0.5) continue;
      CHECK(errors[k] <= errors[k - 1] * errors[k - 1] + 1e-14);
      ++quadratic;
    }
    CHECK(quadratic >= 3);
  }
  const Case c("squared", {0, 0.01}, true);
  const auto solver = solver::make("newton", {});
  solver->start(c.problem(), uneven_start(c.dimension()));
  solver->epoch();
  CHECK(solver->step() == 1);
  check_near(weights_of(*solver), Textbook(c.problem()).minimiser(), 1e-9);
}

TEST_CASE("newton begins at the minimiser over a sample where rows abound, on any number of threads") {
  RandomRows many;
  many.rows = 20'000;
  many.rows_a_block = 3'000;
  many.ones = true;
  for (const std::string loss : {"logistic", "squared-hinge"}) {
    const Case c(loss, {0, 0.01}, true, many);
    const auto run = [&](const Vector& start, std::uint64_t epochs) {
      auto solver = solver::make("newton", {});
      solver->start(c.problem(), start);
      for (std::uint64_t k = 0; k < epochs; ++k) solver->epoch();
      return solver;
    };
    const Vector zero(c.dimension(), 0.0);
    const auto first = run(zero, 1), plain = run(Vector(c.dimension(), 1e-12), 1);
    CHECK(first->passes() != std::floor(first->passes()));
    CHECK(plain->passes() == std::floor(plain->passes()));  // a start point of its own
    const Textbook book(c.problem());
    CHECK(book.value(weights_of(*first)) < book.value(weights_of(*plain)));

    const Vector best = weights_of(*run(zero, 12));
    for (const double entry : book.gradient(best)) CHECK(std::abs(entry) < 1e-11);
    for (const std::size_t threads : {1U, 3U}) {
      const ThreadLimit limit(threads);
      CHECK(weights_of(*run(zero, 12)) == best);
    }
  }
}

TEST_CASE("newton: a sample that is no guide costs little and leaves the minimum where it is") {
  RandomRows many;
  many.rows = 20'000;
  many.rows_a_block = 3'000;
  many.ones = true;
  Dataset data = random_rows(many);
  std::vector<double> labels(data.rows(), -1.0);
  std::vector<float> weights(data.rows(), 1.0F);
  LossOptions options;
  std::string loss = "logistic";
  SUBCASE("hardly any row of one label") {
    for (const std::size_t i : {11U, 5'000U, 5'001U, 12'345U}) labels[i] = 1;
  }
  SUBCASE("hardly any row of weight") {
    std::fill(weights.begin(), weights.end(), 0.0F);
    for (const std::size_t i : {11U, 5'000U, 5'001U, 12'345U}) weights[i] = 1;
    labels[11] = labels[5'000] = 1;
  }
  SUBCASE("counts so large that F is negative") {
    loss = "poisson";
    Random random(3);
    for (double& label : labels) label = static_cast<double>(20 + random.below(20));
  }
  data.set_labels(labels);
  data.set_weights(weights);
  const auto made = loss::make(loss, options);
  const Problem problem(data, *made, {0, 0.01}, true);
  const auto solver = solver::make("newton", {});
  solver->start(problem, Vector(problem.dimension(), 0.0));
  solver->epoch();
  CHECK(solver->passes() < 20);
  for (int k = 0; k < 60 && !solver->stalled(); ++k) solver->epoch();
  Vector gradient(problem.dimension());
  Objective(problem).value_and_gradient(solver->weights(), gradient);
  for (const double entry : gradient) CHECK(std::abs(entry) < 1e-8);

  const double passes = solver->passes();
  solver->start(problem, Vector(problem.dimension(), 1e-12));  // anew, and without a sample
  solver->epoch();
  CHECK(solver->passes() == std::floor(solver->passes()));
  CHECK(solver->passes() < passes);
}

TEST_CASE("newton by conjugate gradients finds the minimiser where features outnumber rows") {
  RandomRows wide;
  wide.rows = 60;
  wide.features = 400;
  wide.density = 0.05;
  for (const std::string loss : {"logistic", "squared-hinge"}) {
    const Case c(loss, {0, 0.01}, false, wide);
    Objective objective(c.problem());
    REQUIRE_FALSE(batch::Curvature(objective, batch::Curvature::Kind::hessian).dense());
    const auto solver = solver::make("newton", {});
    solver->start(c.problem(), Vector(c.dimension(), 0.0));
    for (int k = 0; k < 40; ++k) solver->epoch();
    Vector g(c.dimension());
    objective.value_and_gradient(solver->weights(), g);
    for (const double entry : g) CHECK(std::abs(entry) < 1e-11);
  }
}

TEST_CASE("natural-gradient with the exact Fisher matrix is newton for likelihoods") {
  for (const std::string loss : {"logistic", "softmax"}) {
    const Case c(loss, {0, 0.01});
    const auto newton = solver::make("newton", {}), natural = solver::make("natural-gradient", {});
    newton->start(c.problem(), uneven_start(c.dimension()));
    natural->start(c.problem(), uneven_start(c.dimension()));
    for (int k = 0; k < 8; ++k) {
      newton->epoch();
      natural->epoch();
      CHECK(weights_of(*newton) == weights_of(*natural));
    }
  }
}

TEST_CASE("kfac: at w = 0 the Fisher matrix is the Kronecker product of the factors") {
  const Case c("softmax", {0, 0}, true);
  const Textbook book(c.problem());
  const Vector zero(c.dimension(), 0.0);
  const Matrix a = left_factor(book), g = right_factor(book, zero), fisher = book.hessian(zero);
  Vector product, exact;
  for (std::size_t i = 0; i < zero.size(); ++i)
    for (std::size_t j = 0; j < zero.size(); ++j) {
      product.push_back(a[i / 3][j / 3] * g[i % 3][j % 3]);
      exact.push_back(fisher[i][j]);
    }
  check_near(product, exact, 1e-12);
}

TEST_CASE(
    "kfac: -(A + sqrt(lambda) I)^-1 V (G + sqrt(lambda) I)^-1, and the step's plane minimised exactly") {
  RandomRows weighted;
  weighted.weighted = true;
  const Case c("softmax", {0, 0.01}, true, weighted);
  const Textbook book(c.problem());
  Vector w = uneven_start(c.dimension());
  Objective objective(c.problem());
  Vector g(c.dimension()), d(c.dimension());
  objective.value_and_gradient(w, g);
  batch::KroneckerFactors factors(c.problem());
  factors.set_damping(0.01);
  factors.refresh(objective.scores());
  factors.solve(g, d);
  check_near(d, kronecker_solve(left_factor(book), right_factor(book, w), 0.1, g));

  const auto solver = solver::make("kfac", {});
  solver->start(c.problem(), w);
  Vector move;
  for (int k = 0; k < 6; ++k) {
    g = book.gradient(w);
    const Matrix h = book.hessian(w);
    d = kronecker_solve(left_factor(book), right_factor(book, w), 0.1, g);
    Vector step(d);
    if (move.empty()) {
      for (double& entry : step) entry *= -inner(g, d) / inner(d, times(h, d));
    } else {
      const double d_d = inner(d, times(h, d)), d_m = inner(d, times(h, move)),
                   m_m = inner(move, times(h, move));
      const Vector best = solve({{d_d, d_m}, {d_m, m_m}}, {-inner(g, d), -inner(g, move)});
      for (std::size_t j = 0; j < d.size(); ++j) step[j] = best[0] * d[j] + best[1] * move[j];
    }
    solver->epoch();
    check_near(weights_of(*solver), plus(w, solver->step(), step), 1e-9);
    move = plus(weights_of(*solver), -1, w);
    w = weights_of(*solver);
  }
}

TEST_CASE("kfac finds the minimiser, with a dense left factor and without") {
  RandomRows wide;
  wide.rows = 40;
  wide.features = 2100;
  wide.density = 0.01;
  for (const RandomRows& shape : {RandomRows{}, wide}) {
    const Case c("softmax", {0, 0.05}, true, shape);
    const auto solver = solver::make("kfac", {});
    solver->start(c.problem(), Vector(c.dimension(), 0.0));
    for (int k = 0; k < 60; ++k) solver->epoch();
    Objective objective(c.problem());
    Vector g(c.dimension());
    objective.value_and_gradient(solver->weights(), g);
    for (const double entry : g) CHECK(std::abs(entry) < 1e-9);
  }
}
