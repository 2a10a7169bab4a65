// Equality of blocks, array by array.
#pragma once
#include <span>

#include "sparselearn/data/dataset.hpp"

inline bool same(const sparselearn::RowBlock& a, const sparselearn::RowBlock& b) {
  return a.offsets == b.offsets && a.indices == b.indices && a.values == b.values && a.labels == b.labels &&
         a.weights == b.weights && a.lists.offsets == b.lists.offsets && a.lists.labels == b.lists.labels;
}

inline bool same_blocks(const sparselearn::Dataset& a, const sparselearn::Dataset& b) {
  if (a.blocks().size() != b.blocks().size()) return false;
  for (std::size_t k = 0; k < a.blocks().size(); ++k)
    if (!same(a.blocks()[k], b.blocks()[k])) return false;
  return a.features() == b.features() && a.index_base() == b.index_base();
}

/// The same rows, however they are cut into blocks.
inline bool same_rows(const sparselearn::Dataset& a, const sparselearn::Dataset& b) {
  if (a.rows() != b.rows() || a.features() != b.features() || a.index_base() != b.index_base()) return false;
  for (std::uint64_t number = 0; number < a.rows(); ++number) {
    const auto p = a.place(number), q = b.place(number);
    const auto x = a.row(p), y = b.row(q);
    if (a.label(p) != b.label(q) || x.size != y.size) return false;
    for (std::size_t k = 0; k < x.size; ++k)
      if (x.index[k] != y.index[k] || x.value_at(k) != y.value_at(k)) return false;
  }
  return true;
}
