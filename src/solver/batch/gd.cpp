// Gradient descent (Cauchy 1847), proximal when l1 > 0 (ISTA; Beck & Teboulle 2009, eq. 3.1):
//   w_{k+1} = prox_{a_k l1 |.|}(w_k - a_k grad f(w_k)),   f = data loss + (l2/2) |w|^2
// The step a_k, by --line-search:
//   barzilai-borwein (auto)  a_k = s's / s'y of the last move s and gradient change y (Barzilai & Borwein
//                            1988), halved until F(w_{k+1}) is at most the largest of the last 10 F less
//                            (1e-4 / 2 a_k) |w_{k+1} - w_k|^2 (SpaRSA; Wright, Nowak & Figueiredo 2009)
//   backtracking             a_k = 1/L; 0.9 L is tried first and doubled until, with d = w_{k+1} - w_k,
//                            f(w_{k+1}) <= f(w_k) + g'd + (L/2) |d|^2
//   wolfe                    along -g to the strong Wolfe conditions; l1 = 0 only
//   fixed                    --step, or 1/L for L = mean_i L_i + l2, for which
//                            F(w_k) - F* <= L |w_0 - w*|^2 / (2k). --schedule varies it over k. A step that
//                            lets F grow is undone and halved.
// Exact on sparse data. The baseline; lbfgs or newton get there sooner.
#include <algorithm>
#include <cmath>
#include <vector>

#include "solver/batch/batch_solver.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/vector.hpp"

namespace sparselearn {
namespace batch {
namespace {

class GradientDescent final : public BatchSolver {
 public:
  explicit GradientDescent(const SolverOptions& options)
      : BatchSolver("gd", options),
        rule_(line_search_of(
            options, "gd",
            {LineSearch::fixed, LineSearch::backtracking, LineSearch::wolfe, LineSearch::barzilai_borwein})) {
    const bool given = options.step || options.schedule != "auto";
    if (rule_ == LineSearch::automatic) rule_ = given ? LineSearch::fixed : LineSearch::barzilai_borwein;
    if (options.schedule != "auto" && rule_ != LineSearch::fixed)
      throw UsageError("solver gd: --schedule needs --line-search fixed");
  }

 private:
  void begin() override {
    if (rule_ == LineSearch::wolfe && problem().penalty().l1 > 0)
      throw UsageError("solver gd: --line-search wolfe needs l1 = 0");
    if (options().step)
      step_ = *options().step;
    else
      step_ = rule_ == LineSearch::fixed ? lipschitz_step() : curvature_step();
    first_step_ = next_step_ = step_;
    recent_.assign(1, here_.value);
  }

  void iterate() override {
    if (rule_ == LineSearch::fixed)
      fixed_step();
    else if (rule_ == LineSearch::backtracking)
      backtracking_step();
    else if (rule_ == LineSearch::wolfe)
      wolfe_step();
    else
      barzilai_borwein_step();
  }

  void try_step(double a) {
    step_ = a;
    proximal_step(problem(), here_.w, here_.gradient, a, trial_.w);
    evaluate(trial_);
  }

  void fixed_step() {
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
      try_step(scheduled_step(options(), first_step_, iteration() - 1) * reduction_);
      if (trial_.value <= here_.value + value_rounding * std::abs(here_.value)) return accept();
      reduction_ /= 2;
    }
    stall();
  }

  void backtracking_step() {
    next_step_ /= 0.9;
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
      try_step(next_step_);
      if (local_lipschitz_between(here_, trial_) * next_step_ <= 1) return accept();
      next_step_ /= 2;
    }
    stall();
  }

  void wolfe_step() {
    Vector d(here_.gradient);
    vector::scale(-1, d);
    if (!line_search(d, next_step_, {1e-4, 0.5})) return stall();
    next_step_ = step_;
  }

  void barzilai_borwein_step() {
    constexpr double sigma = 1e-4;
    const double bound = *std::max_element(recent_.begin(), recent_.end());
    Vector s(dimension()), y(dimension());
    for (int attempt = 0; attempt < most_attempts; ++attempt, next_step_ /= 2) {
      try_step(next_step_);
      vector::combine(trial_.w, -1, here_.w, s);
      const double allowed = bound - sigma / (2 * next_step_) * vector::dot(s, s);
      if (!(trial_.value <= allowed + value_rounding * std::abs(bound))) continue;
      vector::combine(trial_.gradient, -1, here_.gradient, y);
      const double next = batch::barzilai_borwein_step(s, y);
      if (next > 0 && std::isfinite(next)) next_step_ = next;
      accept();
      return remember(here_.value);
    }
    stall();
  }

  void remember(double value) {
    if (recent_.size() == memory) recent_.erase(recent_.begin());
    recent_.push_back(value);
  }

  void own_state(Archive& archive) override {
    archive(first_step_)(next_step_)(reduction_).up_to(memory, recent_);
    archive.require(!recent_.empty());
  }

  static constexpr std::size_t memory = 10;
  LineSearch rule_;
  double first_step_ = 0, next_step_ = 0;
  double reduction_ = 1;        // fixed: 1/2 to the number of steps undone
  std::vector<double> recent_;  // barzilai-borwein: the last F
};

}  // namespace
}  // namespace batch

namespace solver {
std::unique_ptr<Solver> make_gd(const SolverOptions& options) {
  return std::make_unique<batch::GradientDescent>(options);
}
}  // namespace solver
}  // namespace sparselearn
