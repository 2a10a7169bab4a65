// A set of features as bits, with how many come before each: wide data with few rows has few features, and a
// table over all would take more memory than the rows.
#pragma once
#include <bit>
#include <cstdint>
#include <vector>

#include "sparselearn/base/huge_vector.hpp"

namespace sparselearn {

class FeatureSet {
 public:
  FeatureSet() = default;
  /// Feature j is in the set where bit j % 64 of bits[j / 64] is 1. At most 2^32 - 1 features.
  explicit FeatureSet(HugeVector<std::uint64_t> bits) : bits_(std::move(bits)) {
    before_.reserve(bits_.size());
    for (const std::uint64_t word : bits_) {
      before_.push_back(static_cast<std::uint32_t>(size_));
      size_ += static_cast<std::uint64_t>(std::popcount(word));
    }
  }

  std::uint64_t size() const { return size_; }
  bool contains(std::uint32_t j) const { return j / 64 < bits_.size() && (bits_[j / 64] >> j % 64 & 1) != 0; }
  /// How many features of the set are smaller than j, which is in it.
  std::uint32_t rank(std::uint32_t j) const {
    const std::uint64_t smaller = bits_[j / 64] & ((std::uint64_t{1} << j % 64) - 1);
    return before_[j / 64] + static_cast<std::uint32_t>(std::popcount(smaller));
  }
  /// The features, ascending.
  std::vector<std::uint32_t> features() const {
    std::vector<std::uint32_t> all;
    all.reserve(size_);
    for (std::size_t k = 0; k < bits_.size(); ++k)
      for (std::uint64_t word = bits_[k]; word != 0; word &= word - 1)
        all.push_back(static_cast<std::uint32_t>(64 * k + static_cast<std::size_t>(std::countr_zero(word))));
    return all;
  }

 private:
  HugeVector<std::uint64_t> bits_;
  HugeVector<std::uint32_t> before_;  // features of the set before each word's
  std::uint64_t size_ = 0;
};

}  // namespace sparselearn
