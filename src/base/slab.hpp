// Middling pieces of memory cut from slabs whose pages are made ready a piece at a time. A row block holds a
// few arrays of some hundred kilobytes; each mapped on its own would cost a page fault per 4 KiB, about the
// time to parse the text behind it.
#pragma once
#include <cstddef>

namespace sparselearn::slab {

/// Whether pieces of this size are cut from slabs.
bool serves(std::size_t bytes);
/// A cache-line aligned piece, serves(bytes) being true. Thread-safe. Throws std::bad_alloc.
void* allocate(std::size_t bytes);
/// Gives a piece back, `bytes` as it was asked for: to be cut again, and where it was the last of its slab,
/// the whole slab to be used again or returned to the system.
void take_back(void* memory, std::size_t bytes) noexcept;

}  // namespace sparselearn::slab
