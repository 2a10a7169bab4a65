// Memory for large arrays: aligned to and advised for pages of 2 MiB.
#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>

namespace sparselearn {

inline constexpr std::size_t huge_page = std::size_t{2} << 20;
/// From so many bytes on an array is worth large pages.
inline constexpr std::size_t worth_huge_pages = 2 * huge_page;

/// Null if there is none; std::free() gives it back. The advice may be refused, which costs speed alone.
inline void* allocate_huge_pages(std::size_t bytes) noexcept {
  void* memory = nullptr;
  if (bytes > static_cast<std::size_t>(-1) - huge_page || posix_memalign(&memory, huge_page, bytes) != 0)
    return nullptr;
  madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}

}  // namespace sparselearn
