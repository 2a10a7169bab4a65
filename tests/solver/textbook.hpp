// A dense objective as a textbook writes it: F, gradient and Hessian by loops over every entry, linear
// systems by elimination. Shares nothing with the solvers.
#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "solver/dense.hpp"
#include "support/random_rows.hpp"

namespace sparselearn::tests {

using Matrix = std::vector<Vector>;

inline double inner(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t j = 0; j < a.size(); ++j) sum += a[j] * b[j];
  return sum;
}
inline Vector plus(const Vector& a, double t, const Vector& b) {
  Vector sum(a);
  for (std::size_t j = 0; j < a.size(); ++j) sum[j] += t * b[j];
  return sum;
}
inline Vector times(const Matrix& m, const Vector& v) {
  Vector product;
  for (const Vector& row : m) product.push_back(inner(row, v));
  return product;
}

/// A^-1 b by Gaussian elimination with row exchanges.
inline Vector solve(Matrix a, Vector b) {
  const std::size_t n = b.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t best = k;
    for (std::size_t i = k + 1; i < n; ++i)
      if (std::abs(a[i][k]) > std::abs(a[best][k])) best = i;
    std::swap(a[k], a[best]);
    std::swap(b[k], b[best]);
    REQUIRE(a[k][k] != 0);
    for (std::size_t i = k + 1; i < n; ++i) {
      const double factor = a[i][k] / a[k][k];
      for (std::size_t j = k; j < n; ++j) a[i][j] -= factor * a[k][j];
      b[i] -= factor * b[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = k + 1; j < n; ++j) b[k] -= a[k][j] * b[j];
    b[k] /= a[k][k];
  }
  return b;
}

class Textbook {
 public:
  explicit Textbook(const Problem& problem) : dense(problem) {}

  Vector scores(std::uint64_t i, const Vector& w) const {
    Vector z(dense.outputs, 0.0);
    for (std::size_t j = 0; j < dense.columns; ++j)
      for (std::size_t c = 0; c < dense.outputs; ++c) z[c] += dense.x[i][j] * w[j * dense.outputs + c];
    return z;
  }

  double loss(const Vector& z, double y) const {
    if (dense.loss == "logistic") return std::log1p(std::exp(-y * z[0]));
    if (dense.loss == "squared") return (z[0] - y) * (z[0] - y) / 2;
    if (dense.loss == "squared-hinge") return std::pow(std::max(0.0, 1 - y * z[0]), 2);
    REQUIRE(dense.loss == "softmax");
    const double largest = *std::max_element(z.begin(), z.end());
    double sum = 0;
    for (const double score : z) sum += std::exp(score - largest);
    return largest + std::log(sum) - z[static_cast<std::size_t>(y)];
  }

  /// The matrix d^2 loss / dz dz'.
  Matrix loss_curvature(const Vector& z, double y) const {
    if (dense.loss == "squared") return {{1.0}};
    if (dense.loss == "squared-hinge") return {{y * z[0] < 1 ? 2.0 : 0.0}};
    if (dense.loss == "logistic") {
      const double p = 1 / (1 + std::exp(-z[0]));
      return {{p * (1 - p)}};
    }
    Vector p(z);
    double sum = 0;
    for (double& score : p) sum += score = std::exp(score);
    for (double& v : p) v /= sum;
    Matrix m(p.size(), Vector(p.size()));
    for (std::size_t a = 0; a < p.size(); ++a)
      for (std::size_t b = 0; b < p.size(); ++b) m[a][b] = (a == b ? p[a] : 0) - p[a] * p[b];
    return m;
  }

  /// F without l1.
  double smooth_value(const Vector& w) const {
    double value = 0;
    for (std::uint64_t i = 0; i < dense.rows; ++i) value += share(i) * loss(scores(i, w), dense.y[i]);
    for (std::size_t j = 0; j < w.size(); ++j) value += dense.l2(j) / 2 * w[j] * w[j];
    return value;
  }
  double value(const Vector& w) const {
    double value = smooth_value(w);
    for (std::size_t j = 0; j < w.size(); ++j) value += dense.l1(j) * std::abs(w[j]);
    return value;
  }
  /// Of the smooth part.
  Vector gradient(const Vector& w) const {
    Vector g(w.size(), 0.0);
    for (std::uint64_t i = 0; i < dense.rows; ++i) dense.add(g, i, dense.derivative(i, w), share(i));
    for (std::size_t j = 0; j < w.size(); ++j) g[j] += dense.l2(j) * w[j];
    return g;
  }
  Matrix hessian(const Vector& w) const {
    Matrix h(w.size(), Vector(w.size(), 0.0));
    const std::size_t k = dense.outputs;
    for (std::uint64_t i = 0; i < dense.rows; ++i) {
      const Matrix m = loss_curvature(scores(i, w), dense.y[i]);
      for (std::size_t a = 0; a < w.size(); ++a)
        for (std::size_t b = 0; b < w.size(); ++b)
          h[a][b] += share(i) * dense.x[i][a / k] * m[a % k][b % k] * dense.x[i][b / k];
    }
    for (std::size_t j = 0; j < w.size(); ++j) h[j][j] += dense.l2(j);
    return h;
  }
  /// mean_i L_i + l2 of a loss whose second derivative is at most `curvature`.
  double lipschitz(double curvature) const {
    double sum = dense.penalty.l2;
    for (std::uint64_t i = 0; i < dense.rows; ++i)
      sum += share(i) * curvature * inner(dense.x[i], dense.x[i]);
    return sum;
  }
  /// s_i / S.
  double share(std::uint64_t i) const { return dense.r[i] / static_cast<double>(dense.rows); }

  /// The minimiser for l1 = 0, by Newton steps halved while F grows by more than rounding. A little is added
  /// to the Hessian's diagonal: the intercepts of all classes may move together.
  Vector minimiser() const {
    Vector w(dense.dimension(), 0.0);
    for (int k = 0; k < 100; ++k) {
      Matrix h = hessian(w);
      for (std::size_t j = 0; j < w.size(); ++j) h[j][j] += 1e-10;
      const Vector step = solve(h, gradient(w));
      const double ceiling = value(w) * (1 + 1e-14);
      double a = 1;
      while (a > 1e-12 && value(plus(w, -a, step)) > ceiling) a /= 2;
      w = plus(w, -a, step);
      if (inner(step, step) <= 1e-30 * inner(w, w)) break;
    }
    return w;
  }

  Dense dense;
};

/// Data, loss and penalty of a test, which a Problem only refers to.
class Case {
 public:
  Case(const std::string& loss, Penalty penalty, bool intercept = false, RandomRows shape = {})
      : data_(random_rows(labelled(shape, loss))),
        loss_(make_loss(loss)),
        problem_(data_, *loss_, penalty, intercept) {}
  const Problem& problem() const { return problem_; }
  std::size_t dimension() const { return problem_.dimension(); }

 private:
  static RandomRows labelled(RandomRows shape, const std::string& loss) {
    shape.labels = loss == "softmax"   ? RandomLabels::classes3
                   : loss == "squared" ? RandomLabels::real
                                       : RandomLabels::binary;
    return shape;
  }
  static std::unique_ptr<Loss> make_loss(const std::string& name) {
    LossOptions options;
    options.classes = 3;
    return loss::make(name, options);
  }
  Dataset data_;
  std::unique_ptr<Loss> loss_;
  Problem problem_;
};

inline Vector weights_of(Solver& solver) { return Vector(solver.weights().begin(), solver.weights().end()); }

/// max_j |a_j - b_j| <= tolerance max_j |b_j|.
inline void check_near(const Vector& a, const Vector& b, double tolerance = 1e-10) {
  REQUIRE(a.size() == b.size());
  double largest = 0, error = 0;
  for (std::size_t j = 0; j < b.size(); ++j) {
    REQUIRE(std::isfinite(a[j]));
    largest = std::max(largest, std::abs(b[j]));
    error = std::max(error, std::abs(a[j] - b[j]));
  }
  CHECK(error <= tolerance * largest);
}

}  // namespace sparselearn::tests
