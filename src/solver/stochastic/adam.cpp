// Adam (Kingma & Ba 2015, algorithm 1), g with l2 w inside:
//   s <- r1 s + (1 - r1) g;  m <- r2 m + (1 - r2) g^2
//   w <- w - a_t (s / (1 - r1^t)) / (sqrt(m / (1 - r2^t)) + eps)
// r1, r2, eps: --beta1, --beta2, --epsilon. Exactly the dense iterates with --update dense; with lazy, t
// counts the coordinate's own updates (adaptive_rule.hpp). No l1.
#include <cmath>

#include "solver/stochastic/adam_family.hpp"

namespace sparselearn {
namespace {

class Adam : public AdamFamily {
 public:
  static constexpr std::string_view name = "adam";
  using Means = CorrectedMeans;
  using AdamFamily::AdamFamily;

  static double first_step(double mean_squared_norm) { return corrected_first_step(mean_squared_norm); }
  double change(Means& k, double a, double g) const {
    k.r1_to_t = next_power(k.r1_to_t, r1_);
    k.r2_to_t = next_power(k.r2_to_t, r2_);
    k.s = r1_ * k.s + (1 - r1_) * g;
    k.m = r2_ * k.m + (1 - r2_) * g * g;
    return -a * (k.s / (1 - k.r1_to_t)) / (std::sqrt(k.m / (1 - k.r2_to_t)) + epsilon_);
  }
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_adam(const SolverOptions& options) {
  return std::make_unique<Stochastic<AdaptiveRule<Adam>>>(options);
}
}  // namespace solver
}  // namespace sparselearn
