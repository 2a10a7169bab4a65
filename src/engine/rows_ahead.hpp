// Rows are visited in an order that no prefetcher of the processor sees through: what the rows after the one
// in hand will need is asked for, in the order of the pointers to it.
#pragma once
#include <span>

#include "sparselearn/data/dataset.hpp"
#include "sparselearn/engine/kernels.hpp"

namespace sparselearn {

inline constexpr std::size_t places_ahead = 24, entries_ahead = 12, cells_ahead = 4;

/// `rows` begins with the row in hand. cells[index * stride] are its features' own; of_row(i) asks for what
/// else belongs to row number i.
template <class Cells, class OfRow>
[[gnu::always_inline]] inline void prefetch_rows_ahead(const Dataset& data, std::span<const RowPlace> rows,
                                                       const Cells& cells, std::size_t stride,
                                                       const OfRow& of_row) {
  if (places_ahead < rows.size()) {
    const RowPlace place = rows[places_ahead];
    const RowBlock& block = data.blocks()[place.block];
    __builtin_prefetch(&block.offsets[place.row]);
    __builtin_prefetch(&block.labels[place.row]);
    of_row(data.number(place));
  }
  if (entries_ahead < rows.size()) prefetch(data.row(rows[entries_ahead]));
  if (cells_ahead < rows.size()) prefetch_cells(data.row(rows[cells_ahead]), cells, stride);
}

}  // namespace sparselearn
