#include "data/feature_hashing.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace sparselearn {
namespace {

float as_float(double sum) {
  constexpr double largest = std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(sum, -largest, largest));
}

}  // namespace

std::uint32_t hashed_feature(std::uint32_t index, unsigned bits) {
  std::uint32_t h = index;
  h ^= h >> 16;
  h *= 0x85ebca6bU;
  h ^= h >> 13;
  h *= 0xc2b2ae35U;
  h ^= h >> 16;
  return h & ((std::uint32_t{1} << bits) - 1);
}

void hash_features(RowBlock& block, std::uint32_t shift, unsigned bits) {
  RowBlock hashed;
  hashed.indices.reserve(block.nonzeros());
  hashed.values.reserve(block.nonzeros());
  hashed.offsets.reserve(block.offsets.size());
  bool ones = true;
  std::vector<std::pair<std::uint32_t, float>> entries;
  for (std::size_t r = 0; r < block.rows(); ++r) {
    const RowView row = block.row(r);
    entries.clear();
    for (std::size_t k = 0; k < row.size; ++k)
      entries.emplace_back(hashed_feature(row.index[k] + shift, bits), row.value_at(k));
    // Equal features keep the order of the text, so that sums have the same bits.
    std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t k = 0; k < entries.size();) {
      double sum = 0;
      const std::uint32_t feature = entries[k].first;
      for (; k < entries.size() && entries[k].first == feature; ++k) sum += static_cast<double>(entries[k].second);
      hashed.indices.push_back(feature);
      hashed.values.push_back(as_float(sum));
      ones = ones && hashed.values.back() == 1.0F;
    }
    hashed.offsets.push_back(hashed.indices.size());
  }
  block.indices = std::move(hashed.indices);
  block.offsets = std::move(hashed.offsets);
  block.values = ones ? HugeVector<float>() : std::move(hashed.values);
}

}  // namespace sparselearn
