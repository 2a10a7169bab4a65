// The entries of a row in whatever order they come, and the row in order.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

namespace sparselearn {

class RowEntries {
 public:
  void clear() { entries_.clear(); }
  void add(std::uint32_t index, float value) {
    entries_.push_back({index, static_cast<std::uint32_t>(entries_.size()), value});
  }

  /// take(index, sum) for each index in ascending order, with the sum of its values in double, added in the
  /// order in which they came. Stops with false when take returns false.
  template <class Take>
  bool sum(const Take& take) {
    std::sort(entries_.begin(), entries_.end());
    for (std::size_t k = 0; k < entries_.size();) {
      const std::uint32_t index = entries_[k].index;
      double sum = 0;
      for (; k < entries_.size() && entries_[k].index == index; ++k)
        sum += static_cast<double>(entries_[k].value);
      if (!take(index, sum)) return false;
    }
    return true;
  }

 private:
  struct Entry {
    std::uint32_t index, number;
    float value;
    bool operator<(const Entry& other) const {
      return index != other.index ? index < other.index : number < other.number;
    }
  };
  std::vector<Entry> entries_;
};

}  // namespace sparselearn
