// AMSGrad (Reddi, Kale & Kumar 2018, algorithm 2), g with l2 w inside, no bias correction:
//   s <- r1 s + (1 - r1) g;  m <- r2 m + (1 - r2) g^2;  M <- max(M, m)
//   w <- w - a_t s / (sqrt(M) + eps)
// r1, r2, eps: --beta1, --beta2, --epsilon. Exactly the dense iterates with --update dense; with lazy, idle
// coordinates rest (adaptive_rule.hpp). No l1.
#include <algorithm>
#include <cmath>

#include "solver/stochastic/adaptive_rule.hpp"
#include "solver/stochastic/running_mean.hpp"

namespace sparselearn {
namespace {

class Amsgrad {
 public:
  static constexpr std::string_view name = "amsgrad";
  struct Means {
    double s = 0, m = 0, largest = 0;
  };

  explicit Amsgrad(const SolverOptions& options)
      : r1_(decay_option("beta1", options.beta1)),
        r2_(decay_option("beta2", options.beta2)),
        epsilon_(options.epsilon) {}

  static double first_step(double mean_squared_norm) { return small_change(mean_squared_norm); }
  static constexpr double of_searched_step = 1;
  double ahead(const Means&) const { return 0; }
  double change(Means& k, double a, double g) const {
    k.s = r1_ * k.s + (1 - r1_) * g;
    k.m = r2_ * k.m + (1 - r2_) * g * g;
    k.largest = std::max(k.largest, k.m);
    return -a * k.s / (std::sqrt(k.largest) + epsilon_);
  }

 private:
  double r1_, r2_, epsilon_;
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_amsgrad(const SolverOptions& options) {
  return std::make_unique<Stochastic<AdaptiveRule<Amsgrad>>>(options);
}
}  // namespace solver
}  // namespace sparselearn
