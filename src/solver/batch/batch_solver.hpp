// What all full-gradient solvers share: the run's state, the two ways to move (a line search along a
// direction; a trial point that a rule accepts or not), rolling back, and noticing that double precision is
// used up.
#pragma once
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "solver/batch/line_search.hpp"
#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn::batch {

using Vector = HugeVector<double>;

/// A point where F was evaluated.
struct Point {
  Vector w;
  Vector gradient;                                         // of the smooth part
  double value = std::numeric_limits<double>::infinity();  // F(w), l1 included; infinity where F or the
                                                           // gradient is not finite
  double data_loss = 0;
};

class BatchSolver : public Solver {
 public:
  void start(const Problem& problem, std::span<const double> w0) final;
  void epoch() final;
  std::span<const double> weights() override { return here_.w; }
  double epochs() const final { return static_cast<double>(epochs_); }
  std::uint64_t updates() const final { return updates_; }
  double passes() const final;
  double step() const override { return step_; }
  bool stalled() const final { return stalled_; }
  std::optional<Evaluated> evaluated() const final;
  void state(Archive& archive) final;

 protected:
  BatchSolver(std::string_view name, const SolverOptions& options) : name_(name), options_(options) {}

  /// Makes the solver's own state; here_ is evaluated at w0.
  virtual void begin() = 0;
  /// One outer iteration: moves here_, or calls stall().
  virtual void iterate() = 0;
  /// Saves or loads the solver's own state.
  virtual void own_state(Archive&) {}
  /// After loading: recomputes what follows from here_.w and the own state. Here: F, gradient and scores at
  /// here_.w.
  virtual void restore() { evaluate(here_); }
  /// |projected gradient|_inf, by which progress is judged.
  virtual double gradient_norm() const { return projected_norm(here_); }
  /// Passes over the data besides the Objective's.
  virtual double other_passes() const { return 0; }

  const SolverOptions& options() const { return options_; }
  const Problem& problem() const { return *problem_; }
  Objective& objective() { return *objective_; }
  std::size_t dimension() const { return problem_->dimension(); }
  std::uint64_t iteration() const { return epochs_; }

  /// Value and gradient at point.w: one pass. The Objective remembers the scores there.
  void evaluate(Point& point);
  /// trial_ becomes here_.
  void accept();
  void stall() { stalled_ = true; }
  /// The smooth part of F at a point: without l1.
  double smooth_value(const Point& point) const;

  /// |projected gradient|_inf at a point.
  double projected_norm(const Point& point) const;

  /// Looks for a step along d (l1 = 0) from here_ by the conditions, tries `first` first, and moves. Takes
  /// one pass if `first` is good, else two: the scores of the trial give those of d, and the search itself
  /// needs no pass. False, with here_ unmoved, if d does not descend or no step does.
  bool line_search(std::span<const double> d, double first, const WolfeConditions& conditions,
                   bool backtracking = false);
  /// The step to the minimiser of the second-order model along -gradient, g'g / g'Hg: a first guess with the
  /// right units. Takes one pass; where the curvature is zero, the inverse Lipschitz constant, or 1 over the
  /// gradient's norm.
  double curvature_step();
  /// 1/L for L = mean_i L_i + l2, an upper bound of the Hessian's norm. Throws UsageError for losses without
  /// such a bound.
  double lipschitz_step() const;

  /// The local Lipschitz constant of the smooth part's gradient between two evaluated points.
  double local_lipschitz_between(const Point& from, const Point& to) const;

  Point here_, trial_;
  double step_ = std::numeric_limits<double>::quiet_NaN();

 private:
  void watch_progress();
  double search_scores(std::span<const double> d, double first, const WolfeConditions& conditions,
                       bool backtracking, const PhiPoint& start, const Vector& z0);

  std::string name_;
  SolverOptions options_;
  const Problem* problem_ = nullptr;
  std::unique_ptr<Objective> objective_;
  const double* evaluated_ = nullptr;  // the weights, here_'s, trial_'s or others, of the last evaluate()
  std::uint64_t epochs_ = 0, updates_ = 0;
  double earlier_passes_ = 0;  // those of the run before it was saved
  double best_value_ = 0, best_gradient_ = 0;
  std::uint64_t idle_ = 0;
  bool stalled_ = false;
};

/// Most steps tried in one iteration: halved so often, any step is below rounding.
inline constexpr int most_attempts = 60;
/// Values of F this close, relatively, may differ by the rounding of their sums alone.
inline constexpr double value_rounding = 1e-14;

/// out = prox of step * l1 |.| at w - step * gradient; the intercept is not penalised.
void proximal_step(const Problem& problem, std::span<const double> w, std::span<const double> gradient,
                   double step, std::span<double> out);

/// Reads --line-search; throws UsageError unless it is "auto" or one of `allowed`.
LineSearch line_search_of(const SolverOptions& options, std::string_view solver,
                          std::initializer_list<LineSearch> allowed);

/// The step of update k (from 0) by --schedule, which starts at `first`; `first` itself for "auto". A horizon
/// not given is --epochs.
double scheduled_step(const SolverOptions& options, double first, std::uint64_t k);

}  // namespace sparselearn::batch
