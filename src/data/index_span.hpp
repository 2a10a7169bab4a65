// What text says about its indices, and what follows from it for index base and width.
#pragma once
#include <algorithm>
#include <cstdint>

#include "data/row_parser.hpp"
#include "sparselearn/data/reader.hpp"

namespace sparselearn {

struct IndexSpan {
  std::uint64_t end = 0;  // 1 + the largest
  bool zero = false;      // some index is 0

  void add(const ParsedRows& rows) {
    end = std::max(end, rows.index_end);
    zero |= rows.saw_index_zero;
  }
  int base(const ReadOptions& options) const {
    if (options.hash_bits > 0) return 0;
    if (options.index_base == ReadOptions::IndexBase::automatic) return zero ? 0 : 1;
    return options.index_base == ReadOptions::IndexBase::zero ? 0 : 1;
  }
  std::uint64_t features(const ReadOptions& options) const {
    if (options.hash_bits > 0) return std::uint64_t{1} << options.hash_bits;
    const auto first = static_cast<std::uint64_t>(base(options));
    return end > first ? end - first : 0;
  }
  /// True where "automatic" stored index - 1 of text that turned out to start at 0: shift_back() is due.
  bool shifted(const ReadOptions& options) const {
    return options.index_base == ReadOptions::IndexBase::automatic && options.hash_bits == 0 && zero;
  }
};

inline void shift_back(RowBlock& block) {
  for (std::uint32_t& index : block.indices) ++index;
}

}  // namespace sparselearn
