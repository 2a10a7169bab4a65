// Nonlinear conjugate gradients (Nocedal & Wright 2006, alg. 5.4):
//   d_{k+1} = -P g_{k+1} + beta d_k;   w_{k+1} = w_k + a_k d_k
// beta, by --cg-beta:
//   polak-ribiere    beta = max(0, g_{k+1}'P (g_{k+1} - g_k) / g_k'P g_k)   (PR+; Gilbert & Nocedal 1992)
//   fletcher-reeves  beta = g_{k+1}'P g_{k+1} / g_k'P g_k                   (Fletcher & Reeves 1964)
// P = D^-1/2 with D the Hessian's diagonal at w_0, which is to say that the features are scaled first.
// d restarts at -P g every --restart steps (default: the dimension, at least 200), when d does not descend,
// and with fletcher-reeves when |g_{k+1}'P g_k| >= 0.2 g_{k+1}'P g_{k+1} (Powell 1977; PR+ restarts by
// itself). The step, by --line-search:
//   wolfe (auto)  to the strong Wolfe conditions with 0.1, tried first at a_{k-1} g_{k-1}'d_{k-1} / g_k'd_k
//   exact         the same, tried first at -g'd / d'Hd, the minimiser of a quadratic
// Exact on sparse data. Ends in d exact steps on a quadratic; needs five vectors, less than lbfgs.
#include <algorithm>
#include <cmath>

#include "solver/batch/inverse_scaling.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/vector.hpp"

namespace sparselearn {
namespace batch {
namespace {

class ConjugateGradients final : public BatchSolver {
 public:
  explicit ConjugateGradients(const SolverOptions& options)
      : BatchSolver("cg", options),
        exact_(line_search_of(options, "cg", {LineSearch::wolfe, LineSearch::exact}) == LineSearch::exact),
        fletcher_reeves_(options.cg_beta == "fletcher-reeves") {
    if (!fletcher_reeves_ && options.cg_beta != "polak-ribiere")
      throw UsageError("solver cg: --cg-beta is polak-ribiere or fletcher-reeves, not '" + options.cg_beta +
                       "'");
  }

 private:
  void begin() override {
    step_ = 0;
    since_restart_ = 0;
    restart_every_ = options().restart > 0 ? options().restart : std::max<std::uint64_t>(200, dimension());
    d_.assign(dimension(), 0.0);
    scaling_ = inverse_scaling(objective());
    steepest_direction();
    next_step_ = second_order_along(d_);
  }

  void iterate() override {
    const WolfeConditions conditions{1e-4, 0.1};
    if (!line_search(d_, first_step(), conditions)) {
      if (since_restart_ == 0) return stall();
      steepest_direction();
      if (!line_search(d_, second_order_along(d_), conditions)) return stall();
    }
    next_direction();
  }

  double first_step() { return exact_ ? second_order_along(d_) : next_step_; }

  double second_order_along(const Vector& d) {
    Vector product(dimension());
    objective().hessian_product(d, product);
    const double a = second_order_step(here_.gradient, d, product);
    return a > 0 ? a : 1;
  }

  // here_ is k+1; trial_ still holds k.
  void next_direction() {
    const double old_slope = vector::dot(trial_.gradient, d_);
    const double b = beta();
    ++since_restart_;
    if (b == 0 || since_restart_ >= restart_every_) {
      steepest_direction();
    } else {
      vector::scale(b, d_);
      for (std::size_t j = 0; j < d_.size(); ++j) d_[j] -= scaling_[j] * here_.gradient[j];
    }
    double slope = vector::dot(here_.gradient, d_);
    if (!(slope < 0)) {
      steepest_direction();
      slope = vector::dot(here_.gradient, d_);
    }
    const double scaled = step_ * old_slope / slope;
    next_step_ = std::isfinite(scaled) && scaled > 0 ? scaled : step_;
  }

  double beta() const {
    const double old_norm = scaled_dot(trial_.gradient, trial_.gradient);
    const double norm = scaled_dot(here_.gradient, here_.gradient);
    const double across = scaled_dot(here_.gradient, trial_.gradient);
    if (!fletcher_reeves_) return std::max(0.0, (norm - across) / old_norm);
    const bool powell = std::abs(across) >= 0.2 * norm;
    return powell ? 0 : norm / old_norm;
  }

  // a'P b.
  double scaled_dot(const Vector& a, const Vector& b) const {
    double sum = 0;
    for (std::size_t j = 0; j < a.size(); ++j) sum += scaling_[j] * a[j] * b[j];
    return sum;
  }

  void steepest_direction() {
    for (std::size_t j = 0; j < d_.size(); ++j) d_[j] = -scaling_[j] * here_.gradient[j];
    since_restart_ = 0;
  }

  void own_state(Archive& archive) override { archive(d_)(scaling_)(next_step_)(since_restart_); }

  bool exact_, fletcher_reeves_;
  std::uint64_t since_restart_ = 0, restart_every_ = 0;
  double next_step_ = 0;
  Vector d_, scaling_;  // scaling_: P
};

}  // namespace
}  // namespace batch

namespace solver {
std::unique_ptr<Solver> make_cg(const SolverOptions& options) {
  return std::make_unique<batch::ConjugateGradients>(options);
}
}  // namespace solver
}  // namespace sparselearn
