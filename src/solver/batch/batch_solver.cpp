#include "solver/batch/batch_solver.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/engine/vector.hpp"

namespace sparselearn::batch {
void BatchSolver::start(const Problem& problem, std::span<const double> w0) {
  solver::require_support(*solver::find(name_), problem);
  problem_ = &problem;
  objective_ = std::make_unique<Objective>(problem);
  epochs_ = updates_ = idle_ = 0;
  earlier_passes_ = 0;
  stalled_ = false;
  step_ = std::numeric_limits<double>::quiet_NaN();
  here_.w.assign(w0.begin(), w0.end());
  for (Vector* v : {&here_.gradient, &trial_.w, &trial_.gradient}) v->assign(dimension(), 0.0);
  evaluate(here_);
  if (!std::isfinite(here_.value))
    throw DivergedError("solver " + name_ +
                        ": the objective or its gradient is not finite at the start point");
  best_value_ = here_.value;
  best_gradient_ = projected_norm(here_);
  if (best_gradient_ == 0) stall();
  begin();
}

void BatchSolver::epoch() {
  ++epochs_;
  if (stalled_) return;
  iterate();
  watch_progress();
}

double BatchSolver::passes() const {
  return earlier_passes_ + (objective_ ? objective_->passes() + other_passes() : 0);
}

// At rounding level F and its gradient only wobble. Far above the best value seen a solver may be on its way
// (momentum), so idle iterations count only near it.
void BatchSolver::watch_progress() {
  constexpr std::uint64_t patience = 20;
  const double scale = std::abs(best_value_), gradient = gradient_norm();
  const bool progress = here_.value < best_value_ - 4e-16 * scale || gradient < 0.9 * best_gradient_;
  best_value_ = std::min(best_value_, here_.value);
  best_gradient_ = std::min(best_gradient_, gradient);
  if (progress || here_.value > best_value_ + 1e-13 * scale)
    idle_ = 0;
  else
    ++idle_;
  if (idle_ >= patience || gradient == 0) stall();
}

void BatchSolver::state(Archive& archive) {
  double passes_so_far = passes();
  archive(here_.w)(step_)(epochs_)(updates_)(passes_so_far)(best_value_)(best_gradient_)(idle_)(stalled_);
  own_state(archive);
  if (!archive.loading()) return;
  restore();
  earlier_passes_ = 0;
  earlier_passes_ = passes_so_far - passes();
}

void BatchSolver::evaluate(Point& point) {
  const Objective::Value value = objective_->value_and_gradient(point.w, point.gradient);
  const bool finite = std::isfinite(value.total) && std::isfinite(vector::norm_inf(point.gradient));
  point.value = finite ? value.total : std::numeric_limits<double>::infinity();
  point.data_loss = value.data_loss;
  evaluated_ = point.w.data();
}

std::optional<Evaluated> BatchSolver::evaluated() const {
  if (evaluated_ != here_.w.data() || !std::isfinite(here_.value)) return std::nullopt;
  return Evaluated{{here_.value, here_.data_loss}, here_.gradient, objective_.get()};
}

void BatchSolver::accept() {
  std::swap(here_, trial_);
  ++updates_;
}

double BatchSolver::smooth_value(const Point& point) const {
  const auto penalized = std::span<const double>(point.w).first(problem_->penalized());
  return point.data_loss + penalty_value({0, problem_->penalty().l2}, penalized);
}

double BatchSolver::projected_norm(const Point& point) const {
  const double l1 = problem_->penalty().l1;
  if (l1 == 0) return vector::norm_inf(point.gradient);
  double largest = 0;
  for (std::size_t j = 0; j < point.w.size(); ++j) {
    const double threshold = j < problem_->penalized() ? l1 : 0;
    largest = std::max(largest, std::abs(projected_gradient(point.w[j], point.gradient[j], threshold)));
  }
  return largest;
}

bool BatchSolver::line_search(std::span<const double> d, double first, const WolfeConditions& conditions,
                              bool backtracking) {
  const PhiPoint start{here_.value, vector::dot(here_.gradient, d)};
  if (!(start.slope < 0) || !(first > 0) || !std::isfinite(start.slope)) return false;
  const Vector z0(objective_->scores().begin(), objective_->scores().end());
  const auto move_to = [&](double a) {
    step_ = a;
    vector::combine(here_.w, a, d, trial_.w);
    evaluate(trial_);
  };
  move_to(first);
  const WolfeConditions tried =
      backtracking ? WolfeConditions{conditions.decrease, Loss::infinite} : conditions;
  bool good = tried.hold(start, first, {trial_.value, vector::dot(trial_.gradient, d)});
  if (!good) {
    const double a = search_scores(d, first, conditions, backtracking, start, z0);
    if (a > 0) move_to(a);
    // The search's answer, evaluated anew, may miss the conditions by rounding only.
    good = a > 0 && (trial_.value < here_.value ||
                     tried.hold(start, a, {trial_.value, vector::dot(trial_.gradient, d)}));
  }
  if (good)
    accept();
  else
    evaluate(here_);  // back, with its scores
  return good;
}

// The search itself, on scores alone. Those of d come from the trial's, unless it is too near or not finite.
double BatchSolver::search_scores(std::span<const double> d, double first, const WolfeConditions& conditions,
                                  bool backtracking, const PhiPoint& start, const Vector& z0) {
  const std::span<const double> z1 = objective_->scores();
  Vector dz(z0.size());
  vector::combine(z1, -1, z0, dz);
  const double change = vector::norm_inf(dz);
  if (std::isfinite(change) && change > 1e-5 * vector::norm_inf(z0))
    vector::scale(1 / first, dz);
  else
    objective_->scores_of(d, dz);
  const ScoreLine phi(*objective_, here_.w, d, z0, dz);
  return backtracking ? backtracking_step(phi, start, first / 2, conditions)
                      : wolfe_step(phi, start, first, conditions);
}

double BatchSolver::curvature_step() {
  Vector product(dimension());
  objective_->hessian_product(here_.gradient, product);
  const double g_g = vector::dot(here_.gradient, here_.gradient),
               g_h_g = vector::dot(here_.gradient, product);
  if (g_h_g > 0 && std::isfinite(g_g / g_h_g)) return g_g / g_h_g;
  const double lipschitz = problem_->smoothness().mean + problem_->penalty().l2;
  if (lipschitz > 0 && std::isfinite(lipschitz)) return 1 / lipschitz;
  return g_g > 0 ? 1 / std::sqrt(g_g) : 1;
}

double BatchSolver::lipschitz_step() const {
  const double lipschitz = problem_->smoothness().mean + problem_->penalty().l2;
  if (!std::isfinite(lipschitz))
    throw UsageError(
        "solver " + name_ + ": loss " + std::string(problem_->loss().name()) +
        " has no curvature bound, so there is no step 1/L; give --step or another --line-search");
  return lipschitz > 0 ? 1 / lipschitz : 1;
}

double BatchSolver::local_lipschitz_between(const Point& from, const Point& to) const {
  if (!std::isfinite(to.value)) return std::numeric_limits<double>::infinity();
  Vector move(from.w.size());
  vector::combine(to.w, -1, from.w, move);
  return local_lipschitz({smooth_value(from), vector::dot(from.gradient, move)},
                         {smooth_value(to), vector::dot(to.gradient, move)}, vector::dot(move, move));
}

void proximal_step(const Problem& problem, std::span<const double> w, std::span<const double> gradient,
                   double step, std::span<double> out) {
  vector::combine(w, -step, gradient, out);
  const double threshold = step * problem.penalty().l1;
  if (threshold == 0) return;
  for (std::size_t j = 0; j < problem.penalized(); ++j) out[j] = soft_threshold(out[j], threshold);
}

LineSearch line_search_of(const SolverOptions& options, std::string_view solver,
                          std::initializer_list<LineSearch> allowed) {
  static constexpr std::array<std::string_view, 6> names = {
      "auto", "fixed", "backtracking", "wolfe", "barzilai-borwein", "exact"};
  const auto found = std::find(names.begin(), names.end(), options.line_search);
  const auto choice = static_cast<LineSearch>(found - names.begin());
  if (choice == LineSearch::automatic ||
      (found != names.end() && std::count(allowed.begin(), allowed.end(), choice)))
    return choice;
  std::string known = "auto";
  for (const LineSearch one : allowed) known += ", " + std::string(names[static_cast<std::size_t>(one)]);
  throw UsageError("solver " + std::string(solver) + ": no line search '" + options.line_search +
                   "'; there are " + known);
}

double scheduled_step(const SolverOptions& options, double first, std::uint64_t k) {
  if (options.schedule == "auto") return first;
  ScheduleOptions schedule = options.schedule_options;
  schedule.step = first;
  if (schedule.horizon == 0) schedule.horizon = options.epochs;
  return schedule::make(options.schedule, schedule)->at(k);
}

}  // namespace sparselearn::batch
