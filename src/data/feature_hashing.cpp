#include "data/feature_hashing.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "data/murmur_hash.hpp"
#include "data/row_entries.hpp"

namespace sparselearn {
namespace {

float as_float(double sum) {
  constexpr double largest = std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(sum, -largest, largest));
}

}  // namespace

std::uint32_t hashed_feature(std::uint32_t index, unsigned bits) {
  return murmur_mix(index) & ((std::uint32_t{1} << bits) - 1);
}

void hash_features(RowBlock& block, std::uint32_t shift, unsigned bits) {
  RowBlock hashed;
  hashed.indices.reserve(block.nonzeros());
  hashed.values.reserve(block.nonzeros());
  hashed.offsets.reserve(block.offsets.size());
  bool ones = true;
  RowEntries entries;
  for (std::size_t r = 0; r < block.rows(); ++r) {
    const RowView row = block.row(r);
    entries.clear();
    for (std::size_t k = 0; k < row.size; ++k)
      entries.add(hashed_feature(row.index[k] + shift, bits), row.value_at(k));
    entries.sum([&](std::uint32_t feature, double sum) {
      hashed.indices.push_back(feature);
      hashed.values.push_back(as_float(sum));
      ones = ones && hashed.values.back() == 1.0F;
      return true;
    });
    hashed.offsets.push_back(hashed.indices.size());
  }
  block.indices = std::move(hashed.indices);
  block.offsets = std::move(hashed.offsets);
  block.values = ones ? HugeVector<float>() : std::move(hashed.values);
}

}  // namespace sparselearn
