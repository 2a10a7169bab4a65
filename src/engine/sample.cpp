#include "sparselearn/engine/sample.hpp"

#include <algorithm>

#include "sparselearn/base/random.hpp"

namespace sparselearn {

Dataset sample_rows(const Dataset& data, std::uint64_t rows, std::uint64_t seed) {
  Random random(seed);
  RowBlock block;
  std::uint64_t seen = 0, wanted = std::min(rows, data.rows());
  for (const RowBlock& from : data.blocks())
    for (std::size_t r = 0; r < from.rows(); ++r, ++seen) {
      // Selection sampling (Knuth, algorithm S): every subset is equally likely, in file order.
      if (random.below(data.rows() - seen) >= wanted) continue;
      --wanted;
      const RowView row = from.row(r);
      for (std::size_t k = 0; k < row.size; ++k) {
        block.indices.push_back(row.index[k]);
        block.values.push_back(row.value_at(k));
      }
      block.offsets.push_back(block.indices.size());
      block.labels.push_back(from.labels[r]);
      if (data.weighted()) block.weights.push_back(static_cast<float>(from.weight(r)));
    }
  std::vector<std::uint32_t> occurring(block.indices.begin(), block.indices.end());
  std::sort(occurring.begin(), occurring.end());
  occurring.erase(std::unique(occurring.begin(), occurring.end()), occurring.end());
  for (std::uint32_t& index : block.indices)
    index = static_cast<std::uint32_t>(std::lower_bound(occurring.begin(), occurring.end(), index) -
                                       occurring.begin());
  if (std::all_of(block.values.begin(), block.values.end(), [](float v) { return v == 1; }))
    block.values.clear();
  Dataset sample;
  sample.append(std::move(block));
  return sample;
}

}  // namespace sparselearn
