// What may be done to the mini-batch gradient g of the data loss before a rule sees it, in this order:
//   --clip-norm C        g <- g min(1, C / |g|)                 Pascanu, Mikolov & Bengio 2013
//   --clip-value C       g_j <- min(max(g_j, -C), C)
//   --gradient-noise E   g_j <- g_j + normal(0, E / (1 + t)^0.55)    Neelakantan et al. 2015
// t counts updates from 0. Noise falls on the coordinates of the features that the mini-batch's rows have, so
// that sparse updates stay sparse, and is a function of seed, update and coordinate alone.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/math.hpp"
#include "sparselearn/base/random.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn {

class GradientFilter {
 public:
  GradientFilter() = default;
  explicit GradientFilter(const SolverOptions& options)
      : norm_(options.clip_norm),
        value_(options.clip_value),
        variance_(options.gradient_noise),
        seed_(options.seed) {
    if (!(norm_ >= 0 && value_ >= 0 && variance_ >= 0))
      throw UsageError("--clip-norm, --clip-value and --gradient-noise must not be negative");
  }

  bool clips_norm() const { return norm_ > 0; }
  /// Leaves gradients as they are.
  bool idle() const { return norm_ == 0 && value_ == 0 && variance_ == 0; }
  /// Begins update t, whose gradient has this norm (any number unless clips_norm()).
  void begin(std::uint64_t t, double norm) {
    scale_ = clips_norm() && norm > norm_ ? norm_ / norm : 1;
    if (variance_ == 0) return;
    deviation_ = std::sqrt(variance_ * math::exp(-0.55 * math::log1p(static_cast<double>(t))));
    key_ = Random(seed_ + 0x9e3779b97f4a7c15ULL * (t + 1)).next();
  }

  /// The filtered gradient of coordinate j.
  double operator()(double g, std::uint64_t j) const {
    g *= scale_;
    if (value_ > 0) g = std::clamp(g, -value_, value_);
    return variance_ > 0 ? g + deviation_ * standard_normal(key_ + 0xd1342543de82ef95ULL * j) : g;
  }

 private:
  // Marsaglia's polar method.
  static double standard_normal(std::uint64_t key) {
    Random random(key);
    for (;;) {
      const double u = 2 * random.uniform() - 1, v = 2 * random.uniform() - 1;
      const double s = u * u + v * v;
      if (s > 0 && s < 1) return u * std::sqrt(-2 * math::log(s) / s);
    }
  }

  double norm_ = 0, value_ = 0, variance_ = 0;  // 0: none
  std::uint64_t seed_ = 1;
  double scale_ = 1, deviation_ = 0;  // of the update under way
  std::uint64_t key_ = 0;
};

}  // namespace sparselearn
