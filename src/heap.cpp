#include "heap.hpp"

#include <cstdlib>

#if defined(__GLIBC__) && !defined(SPARSELEARN_SANITIZED)  // sanitizers have a heap of their own
#include <malloc.h>
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <new>

#include "base/huge_pages.hpp"

namespace {

constexpr std::size_t mebi = std::size_t{1} << 20;

}  // namespace

// Large arrays consist of large pages; all of this can be given back by std::free().
void* operator new(std::size_t bytes) {
  void* const memory =
      bytes < sparselearn::worth_huge_pages ? std::malloc(bytes) : sparselearn::allocate_huge_pages(bytes);
  if (!memory) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace sparselearn {

// The C library's heap grows once by as much as short runs need, is asked to consist of large pages, and
// keeps what is freed. Large arrays that it has no room for are mapped each for itself, and gone when freed.
void prepare_heap() noexcept {
  constexpr std::size_t arena = 12 * mebi;
  mallopt(M_MMAP_THRESHOLD, int{32 * mebi});  // the largest the library takes; the arena is to be of the heap
  mallopt(M_TRIM_THRESHOLD, int{64 * mebi});
  mallopt(M_TOP_PAD, int{mebi});
  mallopt(M_ARENA_MAX, 1);
  char* const begin = static_cast<char*>(std::malloc(arena));
  mallopt(M_MMAP_THRESHOLD, int{worth_huge_pages});
  if (!begin) return;
  const std::size_t before = huge_page - reinterpret_cast<std::uintptr_t>(begin) % huge_page;
  madvise(begin + before, (arena - before) / huge_page * huge_page, MADV_HUGEPAGE);
  std::free(begin);
  // Never touched nor given back, so that what comes next starts with the first large page, but for what the
  // library keeps of each piece.
  constexpr std::size_t kept = 64;
  [[maybe_unused]] static void* volatile filler = before > kept ? std::malloc(before - kept) : nullptr;
}

}  // namespace sparselearn

#else

namespace sparselearn {
void prepare_heap() noexcept {}
}  // namespace sparselearn

#endif
