// Nesterov's accelerated gradient with stochastic gradients (Nesterov 1983; Sutskever et al. 2013, eq. 3-4),
// l2 inside the gradient, which is taken where the momentum leads to:
//   v <- mu v - a_t (g(w + mu v) + l2 (w + mu v));  w <- w + v
// Sparse rows, exactly the dense iterates for any schedule (momentum_rule.hpp). No l1.
#include "solver/stochastic/momentum_rule.hpp"

namespace sparselearn {
namespace {

struct Nag {
  static constexpr std::string_view name = "nag";
  static double point(double w, double v, double mu) { return w + mu * v; }
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_nag(const SolverOptions& options) {
  return std::make_unique<Stochastic<MomentumRule<Nag>>>(options);
}
}  // namespace solver
}  // namespace sparselearn
