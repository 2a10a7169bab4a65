// What a run of updates without gradient does to a coordinate with momentum. One such update is a linear map
// of its weight, velocity and running sum, and differs from the next by the step and the weight of the
// average. Products of such maps have no inverse worth having (the determinant falls like mu^t), so prefix
// products would not do; instead the products of all complete dyadic runs [k 2^i, (k+1) 2^i) are kept, of
// which any run takes at most 2 log2 of its length.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace sparselearn {

/// A coordinate: w, v, and the sum of omega_t w_t.
struct MovingWeight {
  double w = 0, v = 0, sum = 0;
};

/// The linear map, given by the images of (w, v, sum) = (1, 0, 0) and (0, 1, 0); the sum itself is only added
/// to.
struct IdleMap {
  MovingWeight of_w, of_v;

  MovingWeight operator()(const MovingWeight& at) const {
    return {at.w * of_w.w + at.v * of_v.w, at.w * of_w.v + at.v * of_v.v,
            at.sum + at.w * of_w.sum + at.v * of_v.sum};
  }
};

class IdleMaps {
 public:
  /// Maps so far.
  std::uint64_t size() const { return runs_.empty() ? 0 : runs_[0].size(); }
  void clear() { runs_.clear(); }

  void push(IdleMap map) {
    for (std::size_t i = 0;; ++i) {
      if (i == runs_.size()) runs_.emplace_back();
      runs_[i].push_back(map);
      if (runs_[i].size() % 2 == 1) return;
      const IdleMap& before = runs_[i].end()[-2];
      map = {map(before.of_w), map(before.of_v)};
    }
  }

  /// The coordinate after maps begin .. end-1.
  MovingWeight advance(MovingWeight at, std::uint64_t begin, std::uint64_t end) const {
    if (at.w == 0 && at.v == 0) return at;
    while (begin < end) {
      const int i = std::min(std::countr_zero(begin), static_cast<int>(std::bit_width(end - begin)) - 1);
      at = runs_[static_cast<std::size_t>(i)][begin >> i](at);
      begin += std::uint64_t{1} << i;
    }
    return at;
  }

 private:
  std::vector<std::vector<IdleMap>> runs_;  // [i][k]: the product of maps k 2^i .. (k+1) 2^i - 1
};

}  // namespace sparselearn
