#include "solver/batch/curvature.hpp"

#include <algorithm>

#include "sparselearn/engine/threads.hpp"
#include "sparselearn/engine/vector.hpp"

namespace sparselearn::batch {
namespace {

constexpr std::size_t most_dense = 4000;

// Nanoseconds, about: an outer product's entry 1, a Cholesky flop 0.2; a product costs 2.5 a nonzero, and a
// step needs about 40.
bool dense_is_cheaper(const Problem& problem, const Gram& gram) {
  if (problem.outputs() > 1 || gram.side() > most_dense) return false;
  const auto side = static_cast<double>(gram.side());
  const double by_products = 40 * 2.5 * static_cast<double>(problem.data().nonzeros());
  return gram.dense_cost() + 0.2 * side * side * side / 3 <= by_products;
}

}  // namespace

Curvature::Curvature(Objective& objective, Kind kind)
    : objective_(objective),
      kind_(kind),
      gram_(objective.problem()),
      dense_(dense_is_cheaper(objective.problem(), gram_)),
      row_weights_(Gram::row_weights(objective.problem())) {
  if (dense_) matrix_.resize(gram_.side() * gram_.side());
}

void Curvature::refresh() {
  const Problem& problem = objective_.problem();
  if (kind_ == Kind::hessian) {
    if (problem.outputs() == 1) rows_ = Gram::row_curvatures(problem, objective_.scores());
  } else {
    rows_.resize(problem.rows() * problem.outputs());
    objective_.derivatives(rows_);
    if (problem.outputs() == 1)
      for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i] *= row_weights_[i] * rows_[i];
  }
  if (dense_) gram_.dense(rows_, matrix_);
}

void Curvature::set_damping(double damping, Vector per_coordinate) {
  damping_ = damping;
  per_coordinate_ = std::move(per_coordinate);
}

double Curvature::l2(std::size_t j) const {
  return j < objective_.problem().penalized() ? objective_.problem().penalty().l2 : 0;
}

double Curvature::shift(std::size_t j) const {
  return damping_ + l2(j) + (per_coordinate_.empty() ? 0 : per_coordinate_[j]);
}

void Curvature::solve(std::span<const double> g, std::span<double> d) {
  const std::size_t n = g.size();
  Vector diagonal(n);  // of C, which B takes the place of for a while: a copy would be as large as B
  for (std::size_t j = 0; j < n; ++j) {
    double& entry = matrix_[j * n + j];
    diagonal[j] = entry;
    entry += shift(j);
  }
  cholesky_.factor(matrix_, n);
  for (std::size_t j = 0; j < n; ++j) matrix_[j * n + j] = diagonal[j];
  for (std::size_t j = 0; j < n; ++j) d[j] = -g[j];
  cholesky_.solve(d);
}

void Curvature::product(std::span<const double> v, std::span<double> out) {
  const std::size_t n = v.size();
  if (objective_.problem().outputs() == 1) {
    gram_.product(
        v,
        [&](std::uint64_t first, std::size_t rows, double* u) {
          for (std::size_t r = 0; r < rows; ++r) u[r] *= rows_[first + r];
        },
        out);
  } else if (kind_ == Kind::hessian) {
    objective_.hessian_product(v, out);
    for (std::size_t j = 0; j < n; ++j) out[j] += (shift(j) - l2(j)) * v[j];
    return;
  } else {
    gram_.product(
        v, [&](std::uint64_t first, std::size_t rows, double* u) { empirical_map(first, rows, u); }, out);
  }
  for (std::size_t j = 0; j < n; ++j) out[j] += shift(j) * v[j];
}

// u_i <- s_i g_i (g_i'u_i).
void Curvature::empirical_map(std::uint64_t first, std::size_t rows, double* u) const {
  const std::size_t outputs = objective_.problem().outputs();
  for (std::size_t r = 0; r < rows; ++r) {
    const double* g = &rows_[(first + r) * outputs];
    double along = 0;
    for (std::size_t c = 0; c < outputs; ++c) along += g[c] * u[r * outputs + c];
    for (std::size_t c = 0; c < outputs; ++c) u[r * outputs + c] = row_weights_[first + r] * along * g[c];
  }
}

Vector Curvature::diagonal() {
  const std::size_t n = objective_.dimension(), outputs = objective_.problem().outputs();
  Vector diagonal(n);
  if (outputs == 1) {
    gram_.diagonal(rows_, diagonal);
  } else if (kind_ == Kind::hessian) {
    objective_.hessian_diagonal(diagonal);
    for (std::size_t j = 0; j < n; ++j) diagonal[j] -= l2(j);
  } else {
    std::vector<double> squares(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i)
      squares[i] = row_weights_[i / outputs] * rows_[i] * rows_[i];
    gram_.diagonal(squares, diagonal);
  }
  double largest = 0;
  for (std::size_t j = 0; j < n; ++j) largest = std::max(largest, diagonal[j] += shift(j));
  const double least = largest > 0 ? 1e-14 * largest : 1;
  for (double& entry : diagonal) entry = std::max(entry, least);
  return diagonal;
}

}  // namespace sparselearn::batch
