// Middling pieces of memory cut from slabs of huge pages. A row block holds a few arrays of some hundred
// kilobytes; each on pages of its own would cost a page fault per 4 KiB, which is more time than parsing the
// text behind it.
#pragma once
#include <cstddef>

namespace sparselearn::slab {

/// Whether pieces of this size are cut from slabs.
bool serves(std::size_t bytes);
/// A cache-line aligned piece, serves(bytes) being true. Thread-safe. Throws std::bad_alloc.
void* allocate(std::size_t bytes);
/// Gives a piece back. A slab without pieces is used again or returned to the system.
void free(void* memory) noexcept;

}  // namespace sparselearn::slab
