#pragma once
#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "sparselearn/data/dataset.hpp"

namespace sparselearn {

/// Cuts the rows of an epoch, which come in groups (row_order.hpp), into mini-batches. A batch goes on from
/// one group to the next; only the last of an epoch may be smaller.
class MiniBatches {
 public:
  /// learn(batch, group from this batch on) for each that is whole; with those begun before, the group is
  /// empty.
  template <class Learn>
  void add(std::span<const RowPlace> group, std::size_t size, const Learn& learn) {
    if (!begun_.empty()) {
      const auto missing = group.first(std::min(size - begun_.size(), group.size()));
      begun_.insert(begun_.end(), missing.begin(), missing.end());
      group = group.subspan(missing.size());
      if (begun_.size() < size) return;
      finish(learn);
    }
    for (; group.size() >= size; group = group.subspan(size)) learn(group.first(size), group);
    begun_.assign(group.begin(), group.end());
  }

  /// The rows that are left.
  template <class Learn>
  void finish(const Learn& learn) {
    if (!begun_.empty()) learn(std::span<const RowPlace>(begun_), std::span<const RowPlace>());
    begun_.clear();
  }

 private:
  std::vector<RowPlace> begun_;
};

}  // namespace sparselearn
