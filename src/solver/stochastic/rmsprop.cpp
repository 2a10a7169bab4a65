// RMSProp (Tieleman & Hinton 2012), g with l2 w inside:
//   M <- rho M + (1 - rho) g^2;  w <- w - a_t g / (sqrt(M) + eps)
// and with --momentum mu (0 unless given; Graves 2013, Goodfellow et al. 2016, algorithm 8.6)
//   v <- mu v - a_t g / (sqrt(M) + eps);  w <- w + v
// where --nesterov takes g at w + mu v. rho, eps: --rho, --epsilon. Exactly the dense iterates with --update
// dense; with lazy, idle coordinates rest (adaptive_rule.hpp). No l1.
#include <cmath>

#include "solver/stochastic/adaptive_rule.hpp"
#include "solver/stochastic/running_mean.hpp"

namespace sparselearn {
namespace {

class Rmsprop {
 public:
  static constexpr std::string_view name = "rmsprop";
  struct Means {
    double squared_g = 0;  // M
    double v = 0;
  };

  explicit Rmsprop(const SolverOptions& options)
      : rho_(decay_option("rho", options.rho)),
        mu_(decay_option("momentum", options.momentum.value_or(0))),
        ahead_(options.nesterov ? mu_ : 0),
        epsilon_(options.epsilon) {
    if (options.nesterov && mu_ == 0) throw UsageError("rmsprop --nesterov needs --momentum");
  }

  static double first_step(double mean_squared_norm) { return small_change(mean_squared_norm); }
  static constexpr double of_searched_step = 2;  // the search judges one pass; the schedule forgives more
  double ahead(const Means& k) const { return ahead_ * k.v; }
  double change(Means& k, double a, double g) const {
    k.squared_g = rho_ * k.squared_g + (1 - rho_) * g * g;
    return k.v = mu_ * k.v - a * g / (std::sqrt(k.squared_g) + epsilon_);
  }

 private:
  double rho_, mu_, ahead_, epsilon_;
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_rmsprop(const SolverOptions& options) {
  return std::make_unique<Stochastic<AdaptiveRule<Rmsprop>>>(options);
}
}  // namespace solver
}  // namespace sparselearn
