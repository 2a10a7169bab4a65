// Sums in a fixed order that SIMD units of any width can follow: term k goes to lane k mod 8, and the lanes
// are added as
// ((0+4)+(2+6)) + ((1+5)+(3+7)). The bits are the same whether a compiler takes one, two, four or eight lanes
// at a time.
#pragma once
#include <cstddef>

namespace sparselearn {

class LaneSum {
 public:
  static constexpr std::size_t lanes = 8;

  /// Adds terms[0 .. count). All calls but the last must bring a multiple of 8.
  void add(const double* terms, std::size_t count) {
    const std::size_t whole = count - count % lanes;
    for (std::size_t k = 0; k < whole; k += lanes)
      for (std::size_t j = 0; j < lanes; ++j) lane_[j] += terms[k + j];
    for (std::size_t k = whole; k < count; ++k) lane_[k - whole] += terms[k];
  }

  double total() const {
    return ((lane_[0] + lane_[4]) + (lane_[2] + lane_[6])) + ((lane_[1] + lane_[5]) + (lane_[3] + lane_[7]));
  }

 private:
  double lane_[lanes] = {};
};

}  // namespace sparselearn
