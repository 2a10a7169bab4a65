#include "sparselearn/engine/dual_bound.hpp"

#include <algorithm>
#include <cmath>

#include "engine/row_chunks.hpp"
#include "sparselearn/engine/kernels.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/engine/vector.hpp"

namespace sparselearn {
namespace {

// Sums term(row) over all rows, parts in order.
template <class Term>
double sum_rows(const Dataset& data, const std::vector<RowPart>& parts, const Term& term) {
  std::vector<double> sums(parts.size());
  parallel_for(parts.size(), [&](std::size_t p) {
    for_each_row(data, parts[p], [&](const RowBlock& block, std::uint32_t r, std::uint64_t i) {
      sums[p] += term(block, r, i);
    });
  });
  double sum = 0;
  for (const double part : sums) sum += part;
  return sum;
}

}  // namespace

void dual_point(const Problem& problem, std::span<const double> alpha, std::span<double> v) {
  std::fill(v.begin(), v.end(), 0.0);
  for (const RowPart& part : cut_rows(problem.data(), 1))
    for_each_row(problem.data(), part, [&](const RowBlock& block, std::uint32_t r, std::uint64_t i) {
      if (alpha[i] == 0) return;
      const double share = alpha[i] * block.weight(r) / problem.total_weight();
      axpy(share, block.row(r), v.data());
      if (problem.intercept()) v[problem.penalized()] += share;
    });
}

DualBound::DualBound(const Problem& problem)
    : problem_(problem), parts_(cut_rows(problem.data(), parts_for_gradient(problem.data(), 1))) {
  if (!exists(problem)) return;
  const std::vector<double> alpha(problem.rows());
  best_ = -conjugate_sum(alpha, 1, 1) / problem.total_weight();
}

bool DualBound::exists(const Problem& problem) {
  return problem.outputs() == 1 && problem.loss().has_conjugate() &&
         (problem.penalty().l1 > 0 || problem.penalty().l2 > 0);
}

double DualBound::conjugate_sum(std::span<const double> alpha, double positive_scale,
                                double negative_scale) const {
  std::vector<double> sums(parts_.size());
  parallel_for(parts_.size(), [&](std::size_t p) {
    double u[chunk_rows];
    for_each_chunk(problem_.data(), parts_[p], [&](const Chunk& chunk) {
      const double* const a = alpha.data() + chunk.first;
      for (std::uint32_t r = 0; r < chunk.rows; ++r)
        u[r] = -a[r] * (a[r] > 0 ? positive_scale : negative_scale);
      sums[p] += problem_.loss().conjugates(std::span(u).first(chunk.rows), chunk.labels(), chunk.weights());
    });
  });
  double sum = 0;
  for (const double part : sums) sum += part;
  return sum;
}

double DualBound::value(std::span<const double> alpha, std::span<const double> v) const {
  const double l1 = problem_.penalty().l1, l2 = problem_.penalty().l2;
  const std::span<const double> penalized = v.first(problem_.penalized());
  double scale = 1, quadratic = 0;
  if (l2 > 0) {
    if (l1 == 0) {
      quadratic = vector::dot(penalized, penalized) / (2 * l2);
    } else {
      std::vector<double> thresholded(penalized.size());
      std::transform(penalized.begin(), penalized.end(), thresholded.begin(),
                     [l1](double x) { return soft_threshold(x, l1); });
      quadratic = vector::dot(thresholded, thresholded) / (2 * l2);
    }
  } else {
    const double largest = vector::norm_inf(penalized);
    if (largest > l1) scale = l1 / largest;
  }
  return -conjugate_sum(alpha, scale, scale) / problem_.total_weight() - quadratic;
}

double DualBound::value_with_intercept(std::span<const double> alpha) const {
  // Shrinks the heavier side until the two balance; 0 lies in the conjugate's domain, so the point stays
  // feasible.
  const Dataset& data = problem_.data();
  const double positive =
      sum_rows(data, parts_, [&](const RowBlock& block, std::uint32_t r, std::uint64_t i) {
        return block.weight(r) * std::max(alpha[i], 0.0);
      });
  const double negative =
      sum_rows(data, parts_, [&](const RowBlock& block, std::uint32_t r, std::uint64_t i) {
        return block.weight(r) * std::max(-alpha[i], 0.0);
      });
  const double balance = std::min(positive, negative);
  const double up = positive > 0 ? balance / positive : 1, down = negative > 0 ? balance / negative : 1;
  std::vector<double> projected(alpha.size()), v(problem_.dimension());
  for (std::size_t i = 0; i < alpha.size(); ++i) projected[i] = alpha[i] * (alpha[i] > 0 ? up : down);
  dual_point(problem_, projected, v);
  return value(projected, v);
}

void DualBound::offer(std::span<const double> alpha, std::span<const double> v) {
  const double bound = problem_.intercept() ? value_with_intercept(alpha) : value(alpha, v);
  if (bound > best_) best_ = bound;
}

void DualBound::offer_primal(const Objective& objective, std::span<const double> w,
                             std::span<const double> gradient) {
  const double l2 = problem_.penalty().l2;
  std::vector<double> alpha(problem_.rows()), v(problem_.dimension());
  objective.derivatives(alpha);
  for (double& a : alpha) a = -a;
  // gradient = -v + l2 w on the features, -v on the intercept: no pass needed.
  for (std::size_t j = 0; j < v.size(); ++j)
    v[j] = (j < problem_.penalized() ? l2 * w[j] : 0.0) - gradient[j];

  const double fresh = problem_.intercept() ? value_with_intercept(alpha) : value(alpha, v);
  best_ = std::max(best_, fresh);
  if (!alpha_.empty() && kept_ >= fresh) return;
  alpha_ = std::move(alpha);
  v_ = std::move(v);
  kept_ = fresh;
}

void DualBound::sweep(std::span<const double> w) {
  if (problem_.penalty().l2 == 0) return;
  ascend(problem_.intercept() ? w[problem_.penalized()] : 0.0);
  kept_ = problem_.intercept() ? value_with_intercept(alpha_) : value(alpha_, v_);
  best_ = std::max(best_, kept_);
}

void DualBound::state(Archive& archive) {
  archive(best_);
  archive.empty_or(problem_.rows(), alpha_).empty_or(problem_.dimension(), v_)(kept_);
  archive.require(alpha_.empty() == v_.empty());
}

// One pass of dual coordinate ascent (Shalev-Shwartz & Zhang 2013), rows in order, at the primal's intercept:
// the multiplier of sum_i s_i alpha_i = 0, which keeps the ascent near that plane.
void DualBound::ascend(double intercept) {
  const double l1 = problem_.penalty().l1, l2 = problem_.penalty().l2;
  const double total = problem_.total_weight();
  std::vector<double> u(problem_.penalized());
  for (std::size_t j = 0; j < u.size(); ++j) u[j] = soft_threshold(v_[j], l1) / l2;
  for (const RowPart& part : cut_rows(problem_.data(), 1))
    for_each_row(problem_.data(), part, [&](const RowBlock& block, std::uint32_t r, std::uint64_t i) {
      const double weight = block.weight(r);
      if (weight == 0) return;
      const RowView row = block.row(r);
      const double share = weight / total;
      const double delta = problem_.loss().dual_step(alpha_[i], dot(row, u.data()) + intercept,
                                                     block.labels[r], squared_norm(row) * share / l2);
      if (delta == 0) return;
      alpha_[i] += delta;
      axpy(share * delta, row, v_.data());
      for (std::size_t k = 0; k < row.size; ++k) u[row.index[k]] = soft_threshold(v_[row.index[k]], l1) / l2;
    });
}

}  // namespace sparselearn
