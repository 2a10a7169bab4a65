// Delta-bar-delta (Jacobs 1988, sec. 4.2): one rate per coordinate j. With delta = grad F(w_k) and its
// running average bar:
//   rate_j += kappa         where bar_j delta_j > 0
//   rate_j *= phi           where bar_j delta_j < 0
//   bar_j   = 0.7 bar_j + 0.3 delta_j
//   w_j    -= rate_j delta_j
// All rates start at --step, or at the curvature step g'g / g'Hg; kappa is half that step and phi 0.5 unless
// given. A move that lets F grow is undone, all rates and kappa halved and the averages forgotten.
// Exact on sparse data. Of use where coordinates differ in scale, as rare and frequent features do.
#include <cmath>

#include "solver/batch/batch_solver.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/vector.hpp"

namespace sparselearn {
namespace batch {
namespace {

class DeltaBarDelta final : public BatchSolver {
 public:
  explicit DeltaBarDelta(const SolverOptions& options)
      : BatchSolver("delta-bar-delta", options), phi_(options.phi > 0 ? options.phi : 0.5) {
    if (!(options.kappa >= 0)) throw UsageError("solver delta-bar-delta: --kappa must not be negative");
    if (!(options.phi >= 0) || !(phi_ < 1))
      throw UsageError("solver delta-bar-delta: --phi must be in (0, 1)");
  }

 private:
  void begin() override {
    step_ = options().step.value_or(0);
    if (!options().step) step_ = curvature_step();
    kappa_ = options().kappa > 0 ? options().kappa : 0.5 * step_;
    rates_.assign(dimension(), step_);
    average_.assign(dimension(), 0.0);
  }

  void iterate() override {
    adapt_rates();
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
      for (std::size_t j = 0; j < dimension(); ++j) trial_.w[j] = here_.w[j] - rates_[j] * here_.gradient[j];
      evaluate(trial_);
      if (trial_.value <= here_.value + value_rounding * std::abs(here_.value)) return accept();
      vector::scale(0.5, rates_);
      std::fill(average_.begin(), average_.end(), 0.0);
      kappa_ *= 0.5;
    }
    stall();
  }

  void adapt_rates() {
    constexpr double theta = 0.7;
    for (std::size_t j = 0; j < dimension(); ++j) {
      const double delta = here_.gradient[j];
      if (average_[j] * delta > 0)
        rates_[j] += kappa_;
      else if (average_[j] * delta < 0)
        rates_[j] *= phi_;
      average_[j] = theta * average_[j] + (1 - theta) * delta;
    }
    step_ = mean_rate();
  }

  double mean_rate() const {
    double sum = 0;
    for (const double rate : rates_) sum += rate;
    return sum / static_cast<double>(rates_.size());
  }

  void own_state(Archive& archive) override { archive(rates_)(average_)(kappa_); }

  double kappa_ = 0, phi_;
  Vector rates_, average_;
};

}  // namespace
}  // namespace batch

namespace solver {
std::unique_ptr<Solver> make_delta_bar_delta(const SolverOptions& options) {
  return std::make_unique<batch::DeltaBarDelta>(options);
}
}  // namespace solver
}  // namespace sparselearn
