// Entries of a sparse row times a scale that depends on the feature's group alone: its octave 0, 1, 2 .. 3,
// 4 .. 7, ... or what a table says. The sum is taken in eight fixed lanes (base/lane_sum.hpp), so that all
// forms give the same bits.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "sparselearn/data/row_block.hpp"

namespace sparselearn {

struct GroupScales {
  static constexpr std::size_t groups = 32;
  std::array<double, groups> scale{};
  /// The group of each feature, which three more bytes must follow; null: octaves, and no feature from 2^31
  /// on has a scale.
  const std::uint8_t* group = nullptr;
  std::uint32_t end = 0;  // features from here on have no scale of their own, but
  double others = 1;      // this one

  struct Found {
    std::size_t count = 0;  // entries below `end`, the first of the row
    double sum = 0;         // over them, (scale_j - others) x_j^2
  };
};

/// scaled[k] = scale_j x_j for the first entries of x, those with j < s.end; room for all of x, whose indices
/// ascend.
GroupScales::Found scale_row(const RowView& x, const GroupScales& s, double* scaled);

/// The portable form, which the other is tested against.
GroupScales::Found scale_row_scalar(const RowView& x, const GroupScales& s, double* scaled);

}  // namespace sparselearn
