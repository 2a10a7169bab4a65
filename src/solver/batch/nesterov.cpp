// Nesterov's accelerated gradient method (Nesterov 1983), proximal when l1 > 0 (FISTA; Beck & Teboulle 2009,
// sec. 4). With f = F without l1:
//   y_k = w_k + mu_k (w_k - w_{k-1}),   mu_k = (k-1)/(k+2)
//   w_{k+1} = prox_{l1/L |.|}(y_k - grad f(y_k) / L)
// When F(w_{k+1}) > F(w_k), k restarts at 1 (O'Donoghue & Candes 2015, function scheme); --no-restart keeps
// counting. 1/L, by --line-search:
//   backtracking (auto)  0.9 L is tried first and doubled until, with d = w_{k+1} - y_k,
//                        f(w_{k+1}) <= f(y_k) + g'd + (L/2) |d|^2
//   fixed                --step, or L = mean_i L_i + l2: then without restart
//                        F(w_k) - F* <= 2 L |w_0 - w*|^2 / (k+1)^2
// One pass an iteration although F(w_{k+1}) is checked: y_{k+1} is evaluated, and as scores are linear,
//   z(w_{k+1}) = (z(y_{k+1}) + mu_{k+1} z(w_k)) / (1 + mu_{k+1})
// Exact on sparse data. The best first-order choice with guarantees; lbfgs is usually faster where F is
// smooth.
#include <algorithm>
#include <cmath>

#include "solver/batch/batch_solver.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/vector.hpp"

namespace sparselearn {
namespace batch {
namespace {

class Nesterov final : public BatchSolver {
 public:
  explicit Nesterov(const SolverOptions& options)
      : BatchSolver("nesterov", options),
        rule_(line_search_of(options, "nesterov", {LineSearch::fixed, LineSearch::backtracking})) {
    if (rule_ == LineSearch::automatic) rule_ = options.step ? LineSearch::fixed : LineSearch::backtracking;
  }

 private:
  // here_ is w_k with F(w_k); y_ is evaluated at y_k.
  void begin() override {
    if (options().step)
      step_ = *options().step;
    else
      step_ = fixed() ? lipschitz_step() : curvature_step();
    k_ = 0;
    next_y_ = y_ = here_;
    scores_.assign(objective().scores().begin(), objective().scores().end());
    next_scores_ = y_scores_ = scores_;
    ceiling_ = 2 * std::abs(here_.value) + 1e-300;
  }

  void iterate() override {
    if (!fixed()) step_ /= 0.9;
    for (int attempt = 0; attempt < most_attempts; ++attempt, step_ /= 2) {
      proximal_step(problem(), y_.w, y_.gradient, step_, trial_.w);
      const double local_lipschitz = look_ahead(mu(k_ + 1));
      if (fixed() ? trial_.value <= ceiling_ : local_lipschitz * step_ <= 1) return advance();
      if (fixed()) look_from_here();
    }
    stall();
  }

  static double mu(std::uint64_t k) { return static_cast<double>(k - 1) / static_cast<double>(k + 2); }
  bool fixed() const { return rule_ == LineSearch::fixed; }

  // Evaluates next_y_ = w+ + mu (w+ - w_k) for w+ = trial_.w, and from its scores F(w+). Returns the local
  // Lipschitz constant between y_k and w+.
  double look_ahead(double mu) {
    vector::combine(trial_.w, mu, trial_.w, next_y_.w);
    vector::axpy(-mu, here_.w, next_y_.w);
    evaluate(next_y_);
    vector::combine(objective().scores(), mu, scores_, next_scores_);
    vector::scale(1 / (1 + mu), next_scores_);

    Vector move(dimension()), score_move(scores_.size());
    vector::combine(trial_.w, -1, y_.w, move);
    vector::combine(next_scores_, -1, y_scores_, score_move);
    PhiPoint at = ScoreLine(objective(), y_.w, move, y_scores_, score_move)(1);
    if (!std::isfinite(at.value) || !std::isfinite(next_y_.value)) at.value = Loss::infinite;
    const Penalty l1_only{problem().penalty().l1, 0};
    trial_.value = at.value + penalty_value(l1_only, std::span(trial_.w).first(problem().penalized()));
    return local_lipschitz({smooth_value(y_), vector::dot(y_.gradient, move)}, at, vector::dot(move, move));
  }

  void advance() {
    const bool increased = trial_.value > here_.value;
    y_scores_.assign(objective().scores().begin(), objective().scores().end());
    accept();
    std::swap(scores_, next_scores_);
    std::swap(y_, next_y_);
    ++k_;
    if (!increased || options().no_restart) return;
    k_ = 1;
    look_from_here();
  }

  // y_k = w_k.
  void look_from_here() {
    y_.w = here_.w;
    evaluate(y_);
    y_scores_.assign(objective().scores().begin(), objective().scores().end());
    scores_ = y_scores_;
  }

  double gradient_norm() const override { return projected_norm(y_); }

  void own_state(Archive& archive) override { archive(k_)(y_.w)(scores_)(here_.value)(ceiling_); }
  void restore() override {
    evaluate(y_);
    y_scores_.assign(objective().scores().begin(), objective().scores().end());
  }

  LineSearch rule_;
  std::uint64_t k_ = 0;
  double ceiling_ = 0;  // fixed: F beyond this is divergence
  Point y_, next_y_;
  Vector scores_, y_scores_, next_scores_;  // of w_k, y_k, w_{k+1}
};

}  // namespace
}  // namespace batch

namespace solver {
std::unique_ptr<Solver> make_nesterov(const SolverOptions& options) {
  return std::make_unique<batch::Nesterov>(options);
}
}  // namespace solver
}  // namespace sparselearn
