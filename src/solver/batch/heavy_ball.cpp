// Polyak's heavy ball (Polyak 1964, eq. 9):
//   v_{k+1} = mu v_k - a grad F(w_k);   w_{k+1} = w_k + v_{k+1}
// mu is --momentum (0.9). The step a, by --line-search:
//   backtracking (auto)  a = 1/L; 0.9 L is tried first and doubled until, with d = w_{k+1} - w_k,
//                        F(w_{k+1}) <= F(w_k) + g'd + (L/2) |d|^2. A move that lets F grow is undone and v
//                        forgotten (the function restart of O'Donoghue & Candes 2015).
//   fixed                --step, or 1/L for L = mean_i L_i + l2. A move after which F exceeds twice its first
//                        value is undone, v forgotten and the step halved.
// Exact on sparse data. Better than gd on ill-conditioned problems; nesterov has the better guarantee.
#include <cmath>

#include "solver/batch/batch_solver.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/vector.hpp"

namespace sparselearn {
namespace batch {
namespace {

class HeavyBall final : public BatchSolver {
 public:
  explicit HeavyBall(const SolverOptions& options)
      : BatchSolver("heavy-ball", options),
        rule_(line_search_of(options, "heavy-ball", {LineSearch::fixed, LineSearch::backtracking})),
        mu_(options.momentum.value_or(0.9)) {
    if (!(mu_ >= 0) || !(mu_ < 1)) throw UsageError("solver heavy-ball: --momentum must be in [0, 1)");
    if (rule_ == LineSearch::automatic) rule_ = options.step ? LineSearch::fixed : LineSearch::backtracking;
  }

 private:
  void begin() override {
    v_.assign(dimension(), 0.0);
    if (options().step)
      step_ = *options().step;
    else
      step_ = rule_ == LineSearch::fixed ? lipschitz_step() : curvature_step();
    ceiling_ = 2 * std::abs(here_.value) + 1e-300;
  }

  void iterate() override {
    const bool fixed = rule_ == LineSearch::fixed;
    if (!fixed) step_ /= 0.9;
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
      Vector v(v_);
      vector::scale(mu_, v);
      vector::axpy(-step_, here_.gradient, v);
      vector::combine(here_.w, 1, v, trial_.w);
      evaluate(trial_);
      if (fixed ? trial_.value <= ceiling_ : descends()) {
        std::swap(v_, v);
        return accept();
      }
      reduce();
    }
    stall();
  }

  bool descends() const {
    return local_lipschitz_between(here_, trial_) * step_ <= 1 &&
           trial_.value <= here_.value + value_rounding * std::abs(here_.value);
  }

  void reduce() {
    const bool moving = vector::norm_inf(v_) > 0;
    std::fill(v_.begin(), v_.end(), 0.0);
    if (rule_ == LineSearch::fixed || !moving || local_lipschitz_between(here_, trial_) * step_ > 1)
      step_ /= 2;
  }

  void own_state(Archive& archive) override { archive(v_)(ceiling_); }

  LineSearch rule_;
  double mu_;
  double ceiling_ = 0;  // fixed: F beyond this is divergence
  Vector v_;
};

}  // namespace
}  // namespace batch

namespace solver {
std::unique_ptr<Solver> make_heavy_ball(const SolverOptions& options) {
  return std::make_unique<batch::HeavyBall>(options);
}
}  // namespace solver
}  // namespace sparselearn
