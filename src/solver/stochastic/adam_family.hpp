// What adam, amsgrad and nadam share: the decays r1 and r2 of the means, eps, and where the search for a step
// begins.
#pragma once
#include "solver/stochastic/adaptive_rule.hpp"
#include "solver/stochastic/running_mean.hpp"

namespace sparselearn {

class AdamFamily {
 public:
  explicit AdamFamily(const SolverOptions& options)
      : r1_(decay_option("beta1", options.beta1)),
        r2_(decay_option("beta2", options.beta2)),
        epsilon_(options.epsilon) {}

  static double first_step(double mean_squared_norm) { return small_change(mean_squared_norm); }
  static constexpr double of_searched_step = 1;

 protected:
  /// With the correction, which keeps the first steps short: half of what the search found on most sets of
  /// bench/convergence or all of it, so that it ends soon.
  static double corrected_first_step(double mean_squared_norm) {
    return 16 * small_change(mean_squared_norm);
  }
  /// s and m of a coordinate, and r1^t and r2^t of the correction for their start at 0.
  struct CorrectedMeans {
    double s = 0, m = 0;
    double r1_to_t = 1, r2_to_t = 1;
  };

  double r1_, r2_, epsilon_;
};

}  // namespace sparselearn
