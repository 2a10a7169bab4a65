#include "solver/variance_reduced/variance_reduced.hpp"

#include <algorithm>
#include <cmath>

#include "solver/largest_curvature.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/importance.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn {

void VarianceReduced::start(const Problem& problem, std::span<const double> w0) {
  problem_ = &problem;
  order_ = std::make_unique<RowOrder>(problem.data(), RowOrder::kind_of(options_.order), options_.seed);
  objective_ = std::make_unique<Objective>(problem);
  iterate_.reset(problem, w0);
  scores_.assign(problem.outputs(), 0.0);
  weights_.assign(w0.begin(), w0.end());
  gradient_.assign(problem.dimension(), 0);
  stored_.assign(problem.rows() * problem.outputs(), 0);
  guard_.reset();
  updates_ = 0;
  choose_sampling();
}

void VarianceReduced::choose_sampling() {
  Importance found =
      importance_of_rows(*problem_, options_.sampling, largest_curvature(*problem_, *objective_, weights_));
  smoothness_ = found.smoothness;
  importance_ = std::move(found.importance);
  if (!found.probabilities.empty()) order_->set_probabilities(std::move(found.probabilities));
}

void VarianceReduced::gradient_at(RowPlace place, const RowView& row, double* g_new) {
  const double label = problem_->data().label(place);
  iterate_.scores(row, scores_.data());
  if (scores_.size() == 1)
    *g_new = problem_->loss().derivative(scores_[0], label);
  else
    problem_->loss().gradient_at(scores_.data(), label, g_new);
}

void VarianceReduced::set_step(double step) {
  if (problem_->penalty().l1 > 0 && step * problem_->penalty().l2 > 1)
    throw UsageError(
        "with l1, steps are at most 1/l2: beyond, the penalty alone turns every weight's sign; take a "
        "smaller --step");
  iterate_.set_step(step);
}

double VarianceReduced::refill_table() {
  const std::span<const double> w = weights();
  const double value = objective_->value_and_gradient(w, gradient_).total;
  objective_->derivatives(stored_);
  const double l2 = problem_->penalty().l2;
  iterate_.set_means(
      [&](std::size_t j) { return gradient_[j] - (j < problem_->penalized() ? l2 * w[j] : 0.0); });
  return value;
}

bool VarianceReduced::guard(double objective) {
  if (guard_.accepts(objective, weights())) return true;
  iterate_.set_weights(guard_.best());
  set_step(halved(step()));
  refill_table();
  return false;
}

double VarianceReduced::automatic_step(double multiple) const {
  const double l2 = problem_->penalty().l2, step = multiple / (smoothness_ + l2);
  return l2 > 0 ? std::min(step, 1 / l2) : step;
}

std::span<const double> VarianceReduced::weights() {
  iterate_.copy_weights(weights_);
  return weights_;
}

void VarianceReduced::state(Archive& archive) {
  iterate_.state(archive);
  archive(stored_)(updates_);
  guard_.state(archive);
  order_->state(archive);
}

}  // namespace sparselearn
