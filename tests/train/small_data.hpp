// A few rows for the tests of train/.
#pragma once
#include <vector>

#include "sparselearn/data/dataset.hpp"

namespace sparselearn::tests {

/// Rows of `features` features in blocks of `rows_a_block`; row i has label labels[i] and the value i + 1 at
/// feature i mod features.
inline Dataset small_data(const std::vector<double>& labels, std::uint32_t features,
                          std::size_t rows_a_block = 3) {
  Dataset data;
  for (std::size_t begin = 0; begin < labels.size(); begin += rows_a_block) {
    RowBlock block;
    for (std::size_t i = begin; i < std::min(begin + rows_a_block, labels.size()); ++i) {
      block.indices.push_back(static_cast<std::uint32_t>(i % features));
      block.values.push_back(static_cast<float>(i + 1));
      block.offsets.push_back(block.indices.size());
      block.labels.push_back(labels[i]);
    }
    data.append(std::move(block));
  }
  data.set_features(features);
  return data;
}

}  // namespace sparselearn::tests
