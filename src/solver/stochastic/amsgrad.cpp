// AMSGrad (Reddi, Kale & Kumar 2018, algorithm 2), g with l2 w inside, no bias correction:
//   s <- r1 s + (1 - r1) g;  m <- r2 m + (1 - r2) g^2;  M <- max(M, m)
//   w <- w - a_t s / (sqrt(M) + eps)
// r1, r2, eps: --beta1, --beta2, --epsilon. Exactly the dense iterates with --update dense; with lazy, idle
// coordinates rest (adaptive_rule.hpp). No l1.
#include <algorithm>
#include <cmath>

#include "solver/stochastic/adam_family.hpp"

namespace sparselearn {
namespace {

class Amsgrad : public AdamFamily {
 public:
  static constexpr std::string_view name = "amsgrad";
  struct Means {
    double s = 0, m = 0, largest = 0;
  };

  using AdamFamily::AdamFamily;

  double change(Means& k, double a, double g) const {
    k.s = r1_ * k.s + (1 - r1_) * g;
    k.m = r2_ * k.m + (1 - r2_) * g * g;
    k.largest = std::max(k.largest, k.m);
    return -a * k.s / (std::sqrt(k.largest) + epsilon_);
  }
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_amsgrad(const SolverOptions& options) {
  return std::make_unique<Stochastic<AdaptiveRule<Amsgrad>>>(options);
}
}  // namespace solver
}  // namespace sparselearn
