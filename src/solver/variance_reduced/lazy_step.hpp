// What steps without a data gradient do to one coordinate, in closed form. Variance-reduced solvers move
// every coordinate at every step, by the mean gradient m_j and the penalty:
//   w_j <- S(w_j - a (m_j + l2 w_j), a l1) = S(c w_j - a m_j, a l1),   c = 1 - a l2
// A coordinate that no sampled row touches keeps its m_j, so k such steps are an affine map as long as the
// sign stays:
//   w_j <- c^k w_j - a (m_j + l1 sign(w_j)) G(k),   G(k) = 1 + c + ... + c^(k-1)
// and a zero stays zero iff |m_j| <= l1 (with l1 > 0 steps are at most 1/l2, so that c does not turn the sign
// itself). The iterates are those of the dense loop, to rounding.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sparselearn/penalty/penalty.hpp"

namespace sparselearn {

/// c^k and G(k) for k up to a limit, from two small tables: c^(low + high * 1024).
class PowerTable {
 public:
  PowerTable() = default;
  PowerTable(double c, std::uint64_t limit);

  double power(std::uint64_t k) const { return low_power_[k % width] * high_power_[k / width]; }
  /// G(k) = sum_{i<k} c^i.
  double geometric(std::uint64_t k) const {
    return low_geometric_[k % width] + low_power_[k % width] * high_geometric_[k / width];
  }

 private:
  static constexpr std::size_t width = 1024;
  std::vector<double> low_power_, low_geometric_, high_power_, high_geometric_;
};

class LazyStep {
 public:
  LazyStep() = default;
  /// For steps of size `step`, at most `limit` of them at once.
  LazyStep(double step, Penalty penalty, std::uint64_t limit);

  double step() const { return step_; }
  /// c = 1 - a l2.
  double shrink() const { return shrink_; }
  /// a l1.
  double threshold() const { return threshold_; }

  /// w after k steps with mean gradient m.
  double advance(double w, double m, std::uint64_t k) const {
    if (k == 0) return w;
    if (threshold_ == 0) return affine(w, m, k);
    return advance_with_l1(w, m, k);
  }

 private:
  double affine(double w, double m, std::uint64_t k) const {
    return k == 1 ? shrink_ * w - step_ * m : table_.power(k) * w - step_ * m * table_.geometric(k);
  }
  double advance_with_l1(double w, double m, std::uint64_t k) const;

  double step_ = 0, shrink_ = 1, threshold_ = 0, l1_ = 0;
  PowerTable table_;
};

}  // namespace sparselearn
