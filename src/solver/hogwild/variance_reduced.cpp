#include "solver/hogwild/variance_reduced.hpp"

#include <cmath>

#include "solver/largest_curvature.hpp"

namespace sparselearn {

void HogwildVarianceReduced::start(const Problem& problem, std::span<const double> w0) {
  Hogwild::start(problem, w0);
  objective_ = std::make_unique<Objective>(problem);
  gradient_.assign(problem.dimension(), 0);
  stored_.assign(problem.rows() * problem.outputs(), 0);
  guard_.reset();
  choose_sampling("auto", largest_curvature(problem, *objective_, weights_));
  passes_ += curvature_passes(problem);
}

double HogwildVarianceReduced::automatic_step(double multiple) const {
  return multiple / (smoothness_ + problem_->penalty().l2);
}

double HogwildVarianceReduced::refill_table() {
  const std::span<const double> w = weights();
  const double value = objective_->value_and_gradient(w, gradient_).total;
  objective_->derivatives(stored_);
  for (std::size_t j = 0; j < slots_.size(); ++j)
    slots_[j].mean = gradient_[j] - (j < problem_->penalized() ? problem_->penalty().l2 * w[j] : 0.0);
  return value;
}

bool HogwildVarianceReduced::guard(double objective) {
  if (guard_.accepts(objective, weights())) return true;
  for (std::size_t j = 0; j < slots_.size(); ++j) slots_[j].w = guard_.best()[j];
  step_ = halved(step_);
  refill_table();
  return false;
}

void HogwildVarianceReduced::state(Archive& archive) {
  Hogwild::state(archive);
  archive(stored_)(step_);
  guard_.state(archive);
}

}  // namespace sparselearn
