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
  slots_.assign(problem.dimension(), Slot{});
  for (std::size_t j = 0; j < slots_.size(); ++j) slots_[j].w = w0[j];
  weights_.assign(w0.begin(), w0.end());
  gradient_.assign(problem.dimension(), 0);
  stored_.assign(problem.rows() * problem.outputs(), 0);
  guard_.reset();
  now_ = updates_ = 0;
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
  const std::size_t outputs = problem_->outputs();
  const double label = problem_->data().label(place);
  if (outputs == 1) {
    double lane[4] = {};
    for (std::size_t k = 0; k < row.size; ++k) {
      Slot& slot = slots_[row.index[k]];
      slot.w = lazy_.advance(slot.w, slot.mean, now_ - slot.touched);
      slot.touched = now_;
      lane[k % 4] += static_cast<double>(row.value_at(k)) * slot.w;
    }
    double z = (lane[0] + lane[2]) + (lane[1] + lane[3]);
    if (problem_->intercept()) z += slots_[problem_->penalized()].w;
    *g_new = problem_->loss().derivative(z, label);
    return;
  }
  scores_.assign(outputs, 0);
  for (std::size_t k = 0; k < row.size; ++k) {
    Slot* slots = &slots_[row.index[k] * outputs];
    const double value = static_cast<double>(row.value_at(k));
    for (std::size_t c = 0; c < outputs; ++c) {
      slots[c].w = lazy_.advance(slots[c].w, slots[c].mean, now_ - slots[c].touched);
      slots[c].touched = now_;
      scores_[c] += value * slots[c].w;
    }
  }
  if (problem_->intercept())
    for (std::size_t c = 0; c < outputs; ++c) scores_[c] += slots_[problem_->penalized() + c].w;
  problem_->loss().gradient_at(scores_.data(), label, g_new);
}

void VarianceReduced::move(const RowView& row, const double* change, double visit, double refresh) {
  const std::size_t outputs = problem_->outputs();
  const double step = lazy_.step(), shrink = lazy_.shrink(), threshold = lazy_.threshold();
  ++now_;
  ++updates_;
  const auto update = [&](Slot& slot, double gradient) {
    slot.w = soft_threshold(shrink * slot.w - step * (visit * gradient + slot.mean), threshold);
    slot.mean += refresh * gradient;
    slot.touched = now_;
  };
  for (std::size_t k = 0; k < row.size; ++k) {
    const double value = static_cast<double>(row.value_at(k));
    Slot* slots = &slots_[row.index[k] * outputs];
    for (std::size_t c = 0; c < outputs; ++c) update(slots[c], change[c] * value);
  }
  if (!problem_->intercept()) return;
  for (std::size_t c = 0; c < outputs; ++c) {
    Slot& slot = slots_[problem_->penalized() + c];
    slot.w -= step * (visit * change[c] + slot.mean);
    slot.mean += refresh * change[c];
  }
}

void VarianceReduced::flush() {
  for_each_slice(problem_->penalized(), [&](std::size_t, std::size_t begin, std::size_t end) {
    for (std::size_t j = begin; j < end; ++j) {
      slots_[j].w = lazy_.advance(slots_[j].w, slots_[j].mean, now_ - slots_[j].touched);
      slots_[j].touched = 0;
    }
  });
  now_ = 0;
}

void VarianceReduced::set_step(double step) {
  if (problem_->penalty().l1 > 0 && step * problem_->penalty().l2 > 1)
    throw UsageError(
        "with l1, steps are at most 1/l2: beyond, the penalty alone turns every weight's sign; take a "
        "smaller --step");
  if (now_ > 0) flush();
  lazy_ = LazyStep(step, problem_->penalty(), 2 * problem_->rows() + 1024);
}

double VarianceReduced::refill_table() {
  const std::span<const double> w = weights();
  const double value = objective_->value_and_gradient(w, gradient_).total;
  objective_->derivatives(stored_);
  const double l2 = problem_->penalty().l2;
  for (std::size_t j = 0; j < slots_.size(); ++j)
    slots_[j].mean = gradient_[j] - (j < problem_->penalized() ? l2 * w[j] : 0.0);
  return value;
}

bool VarianceReduced::guard(double objective) {
  if (guard_.accepts(objective, weights())) return true;
  for (std::size_t j = 0; j < slots_.size(); ++j) slots_[j] = Slot{guard_.best()[j], 0, 0};
  now_ = 0;
  set_step(lazy_.step() / 2);
  refill_table();
  return false;
}

double VarianceReduced::automatic_step(double multiple) const {
  const double l2 = problem_->penalty().l2, step = multiple / (smoothness_ + l2);
  return l2 > 0 ? std::min(step, 1 / l2) : step;
}

std::span<const double> VarianceReduced::weights() {
  flush();
  for (std::size_t j = 0; j < slots_.size(); ++j) weights_[j] = slots_[j].w;
  return weights_;
}

void VarianceReduced::state(Archive& archive) {
  flush();
  double step = lazy_.step();
  archive(slots_)(stored_)(updates_)(step);
  guard_.state(archive);
  order_->state(archive);
  if (archive.loading()) set_step(step);
}

}  // namespace sparselearn
