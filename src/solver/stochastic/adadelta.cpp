// Adadelta (Zeiler 2012, algorithm 1), g with l2 w inside, eps inside the roots:
//   E <- rho E + (1 - rho) g^2;  D = -sqrt(X + eps) / sqrt(E + eps) g;  X <- rho X + (1 - rho) D^2
//   w <- w + a_t D
// Zeiler's has a_t = 1, which never settles on stochastic gradients; the schedule brings it down. rho, eps:
// --rho, --epsilon. Exactly the dense iterates with --update dense; with lazy, idle coordinates rest
// (adaptive_rule.hpp). No l1.
#include <cmath>

#include "solver/stochastic/adaptive_rule.hpp"
#include "solver/stochastic/running_mean.hpp"

namespace sparselearn {
namespace {

class Adadelta {
 public:
  static constexpr std::string_view name = "adadelta";
  struct Means {
    double squared_g = 0, squared_change = 0;  // E, X
  };

  explicit Adadelta(const SolverOptions& options)
      : rho_(decay_option("rho", options.rho)), epsilon_(options.epsilon) {}

  /// Zeiler's is 1; what is found is mostly this or more.
  static double first_step(double) { return 8; }
  static constexpr double of_searched_step = 1;
  double change(Means& k, double a, double g) const {
    k.squared_g = rho_ * k.squared_g + (1 - rho_) * g * g;
    const double d = -std::sqrt(k.squared_change + epsilon_) / std::sqrt(k.squared_g + epsilon_) * g;
    k.squared_change = rho_ * k.squared_change + (1 - rho_) * d * d;
    return a * d;
  }

 private:
  double rho_, epsilon_;
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_adadelta(const SolverOptions& options) {
  return std::make_unique<Stochastic<AdaptiveRule<Adadelta>>>(options);
}
}  // namespace solver
}  // namespace sparselearn
