#include "solver/coordinate/subspace.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "solver/batch/cholesky.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn::solver {
namespace {

constexpr int most_halvings = 5;
// The displacements of the scores carry the rounding of the scores. Multiplied by large factors, or where
// they are hardly more than that rounding, they would drive scores and weights apart.
constexpr double largest_factors = 100;
constexpr double least_decrease = 1e-13;  // relative

// a + sum_k c_k D_k.
template <class Point>
Point combination(const Point& a, const std::vector<Point>& displacements, std::span<const double> c) {
  Point sum = a;
  for_each_slice(sum.size(), [&](std::size_t, std::size_t begin, std::size_t end) {
    for (std::size_t k = 0; k < c.size(); ++k)
      for (std::size_t i = begin; i < end; ++i) sum[i] += c[k] * displacements[k][i];
  });
  return sum;
}

double sum_of_sizes(std::span<const double> c) {
  double sum = 0;
  for (const double x : c) sum += std::abs(x);
  return sum;
}

}  // namespace

Subspace::Subspace(const Problem& problem, std::vector<std::uint32_t> coordinates, std::size_t most)
    : problem_(&problem), coordinates_(std::move(coordinates)) {
  const std::uint64_t affordable = 4 * problem.data().nonzeros() / std::max<std::uint64_t>(1, size());
  most_ = std::min<std::uint64_t>(most, std::max<std::uint64_t>(2, affordable));
}

void Subspace::improve(RowScores& rows, std::span<double> weights) {
  if (most_ == 0) return;
  Point point = here(rows, weights);
  if (remember(point)) {
    const auto value = [&](const Point& at) {
      const auto change = [&](std::size_t i) { return at[i] - point[i]; };
      return rows.along(rows.everyone(), change, 1).loss / problem_->total_weight() + penalty_value_of(at);
    };
    const double wanted = (1 - least_decrease) * value(point);
    std::vector<double> c = newton_step(rows, point);
    if (!(sum_of_sizes(c) <= largest_factors)) displacements_.clear();
    for (int halving = 0; halving < most_halvings && !displacements_.empty(); ++halving) {
      Point moved = combination(point, displacements_, c);
      if (value(moved) < wanted) return move(rows, weights, point, std::move(moved));
      for (double& x : c) x /= 2;
    }
  }
  anchor_ = std::move(point);
}

Subspace::Point Subspace::here(const RowScores& rows, std::span<const double> weights) const {
  const std::size_t n = problem_->rows();
  Point point(size());
  for (std::size_t i = 0; i < n; ++i) point[i] = rows[i].score;
  for (std::size_t j = 0; j < coordinates_.size(); ++j) point[n + j] = weights[coordinates_[j]];
  return point;
}

// Adds the displacement since the last call; false where there is no smooth step to take.
bool Subspace::remember(const Point& point) {
  if (anchor_.empty()) return false;
  Point latest;
  if (displacements_.size() == most_) {  // reuse the oldest's memory
    latest = std::move(displacements_.back());
    displacements_.pop_back();
  }
  latest.resize(point.size());
  for (std::size_t i = 0; i < point.size(); ++i) latest[i] = point[i] - anchor_[i];
  displacements_.insert(displacements_.begin(), std::move(latest));
  if (problem_->penalty().l1 == 0 || keeps_signs(point)) return true;
  displacements_.clear();
  return false;
}

// With l1 the displacements may move nothing that is zero now, where F has its kinks.
bool Subspace::keeps_signs(const Point& point) const {
  const std::size_t n = problem_->rows();
  for (const Point& displacement : displacements_)
    for (std::size_t c = 0; c < coordinates_.size(); ++c)
      if (point[n + c] == 0 && displacement[n + c] != 0 && penalty(c).l1 > 0) return false;
  return true;
}

// -(D' H D)^-1 D' g.
std::vector<double> Subspace::newton_step(const RowScores& rows, const Point& point) const {
  const std::size_t n = problem_->rows(), m = displacements_.size(), length = m + m * m;
  const double total = problem_->total_weight();
  const std::size_t slices = slices_of(size());
  std::vector<double> sums(slices * length);  // of each slice: D'g, D'HD
  for_each_slice(size(), [&](std::size_t s, std::size_t begin, std::size_t end) {
    double* gradient = &sums[s * length];
    double* hessian = gradient + m;
    for (std::size_t i = begin; i < end; ++i) {
      double first = 0, second = 0;
      if (i < n) {
        first = rows[i].first / total;
        second = rows[i].second / total;
      } else {
        const auto [l1, l2] = penalty(i - n);
        first = l2 * point[i] + (point[i] == 0 ? 0 : std::copysign(l1, point[i]));
        second = l2;
      }
      for (std::size_t k = 0; k < m; ++k) {
        const double d = displacements_[k][i];
        gradient[k] += first * d;
        for (std::size_t l = 0; l <= k; ++l) hessian[k * m + l] += second * d * displacements_[l][i];
      }
    }
  });
  for (std::size_t s = 1; s < slices; ++s)
    for (std::size_t k = 0; k < length; ++k) sums[k] += sums[s * length + k];
  batch::Cholesky factors;
  factors.factor(std::span<const double>(sums).subspan(m, m * m), m);
  std::vector<double> c(m);
  for (std::size_t k = 0; k < m; ++k) c[k] = -sums[k];
  factors.solve(c);
  return c;
}

double Subspace::penalty_value_of(const Point& point) const {
  const std::size_t n = problem_->rows();
  double value = 0;
  for (std::size_t c = 0; c < coordinates_.size(); ++c) {
    const auto [l1, l2] = penalty(c);
    value += l1 * std::abs(point[n + c]) + 0.5 * l2 * point[n + c] * point[n + c];
  }
  return value;
}

// The step becomes part of the pass's displacement.
void Subspace::move(RowScores& rows, std::span<double> weights, const Point& from, Point to) {
  const std::size_t n = problem_->rows();
  rows.move(
      rows.everyone(), [&](std::size_t i) { return to[i] - from[i]; }, 1);
  for (std::size_t j = 0; j < coordinates_.size(); ++j) weights[coordinates_[j]] = to[n + j];
  for (std::size_t i = 0; i < to.size(); ++i) displacements_[0][i] += to[i] - from[i];
  anchor_ = std::move(to);
}

void Subspace::state(Archive& archive) {
  std::uint64_t count = displacements_.size();
  archive.empty_or(size(), anchor_)(count);
  archive.require(count <= most_);
  if (archive.loading()) displacements_.assign(count, Point(size()));
  for (Point& displacement : displacements_) archive(displacement);
}

}  // namespace sparselearn::solver
