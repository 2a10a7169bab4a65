// What decay and threshold do to a weight that is left alone: every update takes w to c S(w, q) for factors c
// <= 1 and thresholds q that are the same for all coordinates. With P_t = prod c_k and Q_t = sum q_k /
// P_{k-1} a coordinate is kept as a number s with
//   w = P_t S(s, Q_t)
// which stays as it is while the coordinate is idle: c S(P S(s, Q), q) = c P S(s, Q + q / P).
#pragma once
#include <cmath>

#include "sparselearn/penalty/penalty.hpp"

namespace sparselearn {

class Shrinkage {
 public:
  /// w of a coordinate kept as s.
  double weight(double s) const { return power_ * soft_threshold(s, threshold_); }
  /// s of a coordinate that has the size v / P_t before the thresholds from Q = `from` on.
  static double kept(double v, double from) { return v + std::copysign(from, v); }

  /// An update that takes weights to c S(w, q).
  void threshold_then_scale(double q, double c) {
    threshold_ += q / power_;
    power_ *= c;
  }
  /// An update that takes weights to S(c w, q).
  void scale_then_threshold(double c, double q) {
    power_ *= c;
    threshold_ += q / power_;
  }

  double power() const { return power_; }          // P_t
  double threshold() const { return threshold_; }  // Q_t
  /// P so small that s would overflow before long.
  bool worn() const { return power_ < 1e-60; }

 private:
  double power_ = 1, threshold_ = 0;
};

}  // namespace sparselearn
