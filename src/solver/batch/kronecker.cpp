#include "solver/batch/kronecker.hpp"

#include <algorithm>
#include <cmath>

#include "sparselearn/engine/row_parts.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn::batch {
namespace {

constexpr std::size_t most_dense = 2000;
constexpr int most_products = 30;
constexpr double accuracy = 0.1;

// Lower triangle of sum_i s_i (d^2 loss / dz^2 at z_i) / S, by columns of the curvature.
Vector mean_curvature(const Problem& problem, std::span<const double> row_weights,
                      std::span<const double> z) {
  const std::size_t outputs = problem.outputs(), size = outputs * outputs;
  const auto parts = cut_rows(problem.data(), parts_for_gradient(problem.data(), size));
  std::vector<double> sums(parts.size() * size);
  parallel_for(parts.size(), [&](std::size_t p) {
    std::vector<double> unit(outputs), column(outputs);
    for (const RowRange& range : parts[p])
      for (std::uint32_t r = range.begin; r < range.end; ++r) {
        const std::uint64_t i = range.first + (r - range.begin);
        const double label = problem.data().blocks()[range.block].labels[r];
        for (std::size_t c = 0; c < outputs; ++c) {
          unit[c] = 1;
          problem.loss().curvature_product_at(&z[i * outputs], label, unit.data(), column.data());
          unit[c] = 0;
          for (std::size_t b = c; b < outputs; ++b)
            sums[p * size + b * outputs + c] += row_weights[i] * column[b];
        }
      }
  });
  Vector mean(size, 0.0);
  for (std::size_t p = 0; p < parts.size(); ++p)
    for (std::size_t k = 0; k < size; ++k) mean[k] += sums[p * size + k] / problem.total_weight();
  return mean;
}

}  // namespace

KroneckerFactors::KroneckerFactors(const Problem& problem)
    : problem_(problem),
      gram_(problem),
      dense_(gram_.side() <= most_dense),
      row_weights_(Gram::row_weights(problem)) {
  if (dense_) {
    left_.resize(gram_.side() * gram_.side());
    gram_.dense(row_weights_, left_);
  } else {
    std::vector<double> m(problem.rows() * problem.outputs());
    for (std::size_t k = 0; k < m.size(); ++k) m[k] = row_weights_[k / problem.outputs()];
    left_diagonal_.resize(problem.dimension());
    gram_.diagonal(m, left_diagonal_);
  }
}

void KroneckerFactors::set_damping(double lambda) {
  root_ = std::sqrt(lambda);
  if (!dense_) return;
  const std::size_t side = gram_.side();
  Vector damped(left_);
  for (std::size_t j = 0; j < side; ++j) damped[j * side + j] += root_;
  left_factor_.factor(damped, side);
}

double KroneckerFactors::mean_diagonal() const {
  const auto side = static_cast<double>(gram_.side()), classes = static_cast<double>(problem_.outputs());
  double trace = 0;
  if (dense_)
    for (std::size_t j = 0; j < gram_.side(); ++j) trace += left_[j * gram_.side() + j];
  else
    for (std::size_t k = 0; k < left_diagonal_.size(); k += problem_.outputs()) trace += left_diagonal_[k];
  return std::max(1e-300, trace / side * (1 - 1 / classes) / classes);
}

void KroneckerFactors::refresh(std::span<const double> z) {
  Vector right = mean_curvature(problem_, row_weights_, z);
  const std::size_t outputs = problem_.outputs();
  for (std::size_t c = 0; c < outputs; ++c) right[c * outputs + c] += root_;
  right_factor_.factor(right, outputs);
}

void KroneckerFactors::solve(std::span<const double> v, std::span<double> out) {
  Vector left(v.begin(), v.end());
  if (dense_)
    solve_left_dense(left);
  else
    solve_left_by_cg(left);
  std::copy(left.begin(), left.end(), out.begin());
  solve_right(out);
}

// Every output's column of V on its own.
void KroneckerFactors::solve_left_dense(Vector& v) const {
  const std::size_t outputs = problem_.outputs(), side = gram_.side();
  parallel_for(outputs, [&](std::size_t c) {
    Vector column(side);
    for (std::size_t j = 0; j < side; ++j) column[j] = v[j * outputs + c];
    left_factor_.solve(column);
    for (std::size_t j = 0; j < side; ++j) v[j * outputs + c] = column[j];
  });
}

// K conjugate-gradient runs side by side, so that one pass over the data serves all columns.
void KroneckerFactors::solve_left_by_cg(Vector& v) {
  const std::size_t outputs = problem_.outputs(), n = v.size();
  const auto scaled = [&](std::size_t k) { return v[k] / (left_diagonal_[k] + root_); };
  Vector x(n, 0.0), d(n), product(n);
  std::vector<double> rho(outputs), target(outputs), curvature(outputs), next(outputs);
  for (std::size_t k = 0; k < n; ++k) {
    d[k] = scaled(k);
    rho[k % outputs] += v[k] * d[k];
  }
  for (std::size_t c = 0; c < outputs; ++c) target[c] = accuracy * accuracy * rho[c];
  const auto unfinished = [&] {
    for (std::size_t c = 0; c < outputs; ++c)
      if (rho[c] > target[c]) return true;
    return false;
  };
  for (int step = 0; step < most_products && unfinished(); ++step) {
    gram_.product(
        d,
        [&](std::uint64_t first, std::size_t rows, double* u) {
          for (std::size_t k = 0; k < rows * outputs; ++k) u[k] *= row_weights_[first + k / outputs];
        },
        product);
    std::fill(curvature.begin(), curvature.end(), 0.0);
    std::fill(next.begin(), next.end(), 0.0);
    for (std::size_t k = 0; k < n; ++k) {
      product[k] += root_ * d[k];
      curvature[k % outputs] += d[k] * product[k];
    }
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t c = k % outputs;
      const double a = curvature[c] > 0 ? rho[c] / curvature[c] : 0;
      x[k] += a * d[k];
      v[k] -= a * product[k];  // v is the residual now
      next[c] += v[k] * scaled(k);
    }
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t c = k % outputs;
      d[k] = scaled(k) + (rho[c] > 0 ? next[c] / rho[c] : 0) * d[k];
    }
    rho = next;
  }
  v.swap(x);
}

void KroneckerFactors::solve_right(std::span<double> out) const {
  const std::size_t outputs = problem_.outputs();
  for (std::size_t j = 0; j < out.size(); j += outputs) {
    const std::span<double> row = out.subspan(j, outputs);
    right_factor_.solve(row);
    for (double& entry : row) entry = -entry;
  }
}

}  // namespace sparselearn::batch
