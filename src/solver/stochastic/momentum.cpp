// Stochastic gradient descent with momentum (Polyak 1964; Sutskever et al. 2013, eq. 1-2), l2 inside the
// gradient:
//   v <- mu v - a_t (g(w) + l2 w);  w <- w + v
// Sparse rows, exactly the dense iterates for any schedule (momentum_rule.hpp). No l1.
#include "solver/stochastic/momentum_rule.hpp"

namespace sparselearn {
namespace {

struct Momentum {
  static constexpr std::string_view name = "momentum";
  static double point(double w, double, double) { return w; }
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_momentum(const SolverOptions& options) {
  return std::make_unique<Stochastic<MomentumRule<Momentum>>>(options);
}
}  // namespace solver
}  // namespace sparselearn
