#include "solver/variance_reduced/gradient_table.hpp"

#include "solver/largest_curvature.hpp"

namespace sparselearn {

void GradientTable::start(const Problem& problem, std::span<const double> w0) {
  VarianceReduced::start(problem, w0);
  set_step(options_.step.value_or(automatic_step(step_times_smoothness_)));
  const double objective = refill_table();
  epochs_ = table_costs_gradients() ? 1 : 0;
  passes_ = 1 + curvature_passes(problem);
  next_guard_ = epochs_ + 1;
  if (!options_.step) guard(objective);
}

void GradientTable::epoch() {
  const std::size_t outputs = problem_->outputs();
  std::vector<double> change(outputs);
  for_each_row([&](const Visit& visit, const RowView& row) {
    gradient_at(visit.place, row, change.data());
    double* stored = &stored_[visit.number * outputs];
    for (std::size_t c = 0; c < outputs; ++c) {
      change[c] -= stored[c];
      stored[c] += change[c];
    }
    move(row, change.data(), visit_factor(visit), refresh_factor(visit));
  });
  iterate_.catch_up();
  epochs_ += 1;
  passes_ += 1;
  if (!options_.step && epochs_ >= next_guard_) watch_step();
}

// Checks F after 1, 2, 4, 8 ... epochs, a handful of passes in a whole run; every epoch where L is a guess.
void GradientTable::watch_step() {
  passes_ += 1;
  if (guard(objective_->value(weights()).total))
    next_guard_ = curvature_is_bounded(*problem_) ? 2 * epochs_ : epochs_ + 1;
  else
    passes_ += 1;
}

std::optional<Duals> GradientTable::duals() {
  if (problem_->outputs() > 1) return std::nullopt;
  alpha_.resize(stored_.size());
  v_.resize(weights_.size());
  for (std::size_t i = 0; i < stored_.size(); ++i) alpha_[i] = -stored_[i];
  iterate_.copy_means(v_);
  for (double& v : v_) v = -v;
  return Duals{alpha_, v_};
}

void GradientTable::state(Archive& archive) {
  VarianceReduced::state(archive);
  archive(epochs_)(passes_)(next_guard_);
}

}  // namespace sparselearn
