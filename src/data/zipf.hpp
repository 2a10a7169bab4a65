// Numbers k = 1 .. n with probability proportional to k^-s, by rejection-inversion (Hörmann & Derflinger
// 1996, "Rejection- inversion to generate variates from monotone discrete distributions"): no tables, a
// constant time a draw for any n.
#pragma once
#include <algorithm>
#include <cstdint>

#include "sparselearn/base/math.hpp"
#include "sparselearn/base/random.hpp"

namespace sparselearn {

class Zipf {
 public:
  /// n > 0, s >= 0.
  Zipf(std::uint64_t n, double s)
      : n_(n),
        s_(s),
        logarithmic_(math::abs(1 - s) < 1e-6),
        low_(area(1.5) - 1),
        high_(area(static_cast<double>(n) + 0.5)),
        sure_(2 - inverse_area(area(2.5) - height(2))) {}

  std::uint64_t operator()(Random& random) const {
    for (;;) {
      const double u = high_ + random.uniform() * (low_ - high_);
      const double x = inverse_area(u);
      // A cast is one instruction, where the lround of the check is a call: x is far below 2^52.
      const double k =  // NOLINTNEXTLINE(bugprone-incorrect-roundings)
          std::clamp(static_cast<double>(static_cast<std::uint64_t>(x + 0.5)), 1.0, static_cast<double>(n_));
      if (k - x <= sure_ || u >= area(k + 0.5) - height(k)) return static_cast<std::uint64_t>(k);
    }
  }

 private:
  // The hat: x^-s, the area under it from 1 to x, and the inverse of that.
  double height(double x) const { return math::exp(-s_ * math::log(x)); }
  double area(double x) const {
    return logarithmic_ ? math::log(x) : (math::exp((1 - s_) * math::log(x)) - 1) / (1 - s_);
  }
  double inverse_area(double a) const {
    return logarithmic_ ? math::exp(a) : math::exp(math::log1p((1 - s_) * a) / (1 - s_));
  }

  std::uint64_t n_;
  double s_;
  bool logarithmic_;
  double low_, high_;
  double sure_;  // so near below an integer, no test is needed
};

}  // namespace sparselearn
