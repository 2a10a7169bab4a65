#include "solver/coordinate/dual_start.hpp"

#include <vector>

#include "sparselearn/engine/kernels.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/engine/row_parts.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/engine/vector.hpp"
#include "sparselearn/engine/zeros.hpp"

namespace sparselearn::solver {
namespace {

// D(scale * alpha); with an intercept b, that of the penalty (l2/2) (b - b0)^2 on it.
double dual_value(const Problem& problem, std::span<const double> alpha, std::span<const double> v, double b0,
                  double scale) {
  const auto [l1, l2] = problem.penalty();
  double conjugates = 0;
  std::uint64_t i = 0;
  for (const RowBlock& block : problem.data().blocks())
    for (std::size_t r = 0; r < block.rows(); ++r, ++i)
      if (block.weight(r) > 0)
        conjugates += block.weight(r) * problem.loss().conjugate(-scale * alpha[i], block.labels[r]);
  double quadratic = 0;
  for (std::size_t j = 0; j < problem.penalized(); ++j) {
    const double w = soft_threshold(scale * v[j], l1);
    quadratic += w * w / (2 * l2);
  }
  if (problem.intercept()) {
    const double free = scale * v.back();
    quadratic += free * (b0 + free / (2 * l2));
  }
  return -conjugates / problem.total_weight() - quadratic;
}

}  // namespace

double row_curvatures(const Problem& problem, HugeVector<double>& q) {
  make_room(q, problem.rows());
  q.resize(problem.rows());
  const double share = 1 / problem.total_weight(), l2 = problem.penalty().l2;
  const auto cut = cut_rows(problem.data(), parts_for_gradient(problem.data(), 1));
  std::vector<double> sums(cut.size());
  parallel_for(cut.size(), [&](std::size_t p) {
    double sum = 0;
    for (const RowRange& range : cut[p]) {
      problem.data().relieve();
      const RowBlock& block = problem.data().blocks()[range.block];
      for (std::uint32_t r = range.begin; r < range.end; ++r) {
        const double own = block.weight(r) * share * squared_norm(block.row(r)) / l2;
        q[range.first + (r - range.begin)] = own;
        sum += own;
      }
    }
    sums[p] = sum;
  });
  double mean = 0;
  for (const double sum : sums) mean += sum / static_cast<double>(problem.rows());
  return mean;
}

double start_duals(const Problem& problem, std::span<const double> w0, std::span<double> alpha,
                   std::span<double> v) {
  const double b0 = problem.intercept() ? w0.back() : 0, l2 = problem.penalty().l2;
  const auto value_of = [&](double scale) { return dual_value(problem, alpha, v, b0, scale); };
  const double at_zero = value_of(0);
  Objective objective(problem);
  objective.value_and_gradient(w0, v);
  objective.derivatives(alpha);
  for (double& a : alpha) a = -a;
  for (std::size_t j = 0; j < v.size(); ++j) v[j] = (j < problem.penalized() ? l2 * w0[j] : 0.0) - v[j];
  double scale = 1, value = value_of(1);
  for (double half = value_of(0.5); scale > 1e-9 && half > value; half = value_of(scale / 2)) {
    scale /= 2;
    value = half;
  }
  if (!(value > at_zero)) scale = 0;
  for (double& a : alpha) a *= scale;
  vector::scale(scale, v);
  return objective.passes();
}

}  // namespace sparselearn::solver
