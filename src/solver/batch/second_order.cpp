#include "solver/batch/second_order.hpp"

#include <algorithm>
#include <string>

#include "solver/batch/truncated_cg.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/vector.hpp"

namespace sparselearn::batch {

SecondOrder::SecondOrder(std::string_view name, const SolverOptions& options, Curvature::Kind kind)
    : BatchSolver(name, options), kind_(kind) {
  if (!(options.damping >= 0))
    throw UsageError("solver " + std::string(name) + ": --damping must not be negative");
}

void SecondOrder::begin() {
  curvature_.emplace(objective(), kind_);
  accuracy_ = 0.5;
  caution_ = 0;
  first_diagonal_.clear();
  step_ = 0;
}

// Searching along s needs no pass, so it is done well: loose steps take squared-hinge three times as many
// iterations. With the empirical Fisher matrix s is no Newton direction, and exact steps along it zigzag.
void SecondOrder::iterate() {
  curvature_->refresh();
  const Vector s = direction();
  const double curvature = kind_ == Curvature::Kind::hessian ? 0.1 : 0.9;
  if (!line_search(s, 1, {1e-4, curvature})) return stall();
  learn_from_step();
}

Vector SecondOrder::direction() {
  if (curvature_->dense()) {
    Vector s(dimension());
    curvature_->set_damping(options().damping);
    curvature_->solve(here_.gradient, s);
    return s;
  }
  Vector extra(first_diagonal_);
  vector::scale(caution_, extra);
  curvature_->set_damping(options().damping, std::move(extra));
  const Vector m = truncated_cg_preconditioner(*curvature_, problem().penalty().l2);
  if (first_diagonal_.empty() && problem().outputs() > 1) first_diagonal_ = curvature_->diagonal();
  return truncated_cg(*curvature_, m, here_.gradient, accuracy_);
}

// A step near 1 says that the model holds: solve it better next time. A short one says that solving it so
// well was wasted, but for the Hessian of one score: where loss'' jumps (squared-hinge) steps are short since
// the active rows change on the way, and a loose solution changes them no less. With several scores, where
// rows that are wrong and sure of it show no curvature until they turn, a short step also asks for damping
// (Levenberg 1944).
void SecondOrder::learn_from_step() {
  const bool several = problem().outputs() > 1;
  const double factor = several ? 0.7 : 0.4;
  if (step_ >= 0.5 || (!several && kind_ == Curvature::Kind::hessian))
    accuracy_ = std::max(1e-8, factor * accuracy_);
  else if (step_ < 0.25)
    accuracy_ = std::min(0.9, accuracy_ / factor);
  if (!several) return;
  if (step_ < 0.3) caution_ = std::max(1e-3, 4 * caution_);
  if (step_ > 0.7) caution_ = caution_ < 1e-5 ? 0 : caution_ / 4;
}

void SecondOrder::own_state(Archive& archive) {
  archive(accuracy_)(caution_).empty_or(dimension(), first_diagonal_);
}

}  // namespace sparselearn::batch
