// SAG, the stochastic average gradient (Le Roux, Schmidt & Bach 2012; Schmidt, Le Roux & Bach 2017, alg. 1),
// with r_i = N s_i / S:
//   mean += r_i (g_new - g_i) x_i / N;   g_i <- g_new;   w <- w - a (mean + l2 w)
// The news of row i enters with weight 1/N, as all others do: biased, but of less variance than SAGA's step.
// With --sampling norm rows are drawn in proportion to L_i and the step stays what it is (Schmidt et al.
// 2015): a row seen more often is fresher, not heavier, so nothing is divided by N p_i. Rows are always drawn
// with replacement: with reshuffled or cyclic orders the method diverges at these steps (measured on a9a).
//
// The table starts at 0, as in the paper: from the gradients of w_0 the first N steps would all follow the
// same gradient and end about sqrt(N) times too far.
//
// Sparse rows: exactly the iterates of the dense loop, to rounding (lazy_iterate.hpp). No l1: a proximal step
// on a biased gradient is not known to converge.
#include <algorithm>

#include "solver/variance_reduced/gradient_table.hpp"

namespace sparselearn {
namespace {

// The step of the authors' experiments (their theorem has 1/16); guard() backs it up.
constexpr double step_times_smoothness = 1;

SolverOptions with_replacement(SolverOptions options) {
  options.order = "random";
  return options;
}

class Sag final : public GradientTable {
 public:
  explicit Sag(const SolverOptions& options)
      : GradientTable(with_replacement(options), step_times_smoothness) {}

  void start(const Problem& problem, std::span<const double> w0) override {
    solver::require_support(*solver::find("sag"), problem);
    GradientTable::start(problem, w0);
  }

 private:
  double refill_table() override {
    std::fill(stored_.begin(), stored_.end(), 0.0);
    iterate_.set_means([](std::size_t) { return 0.0; });
    return objective_->value(weights()).total;
  }
  bool table_costs_gradients() const override { return false; }
  double visit_factor(const Visit& visit) const override { return refresh_factor(visit); }
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_sag(const SolverOptions& options) { return std::make_unique<Sag>(options); }
}  // namespace solver
}  // namespace sparselearn
