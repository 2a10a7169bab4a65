#include "heap.hpp"

#include <cstdlib>

#if defined(__GLIBC__) && !defined(SPARSELEARN_SANITIZED)  // sanitizers have a heap of their own
#include <malloc.h>
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <new>

namespace {

constexpr std::size_t mebi = std::size_t{1} << 20;
constexpr std::size_t huge_page = 2 * mebi;
constexpr std::size_t large = 2 * huge_page;

// A large array starts with a large page and consists of them.
void* allocate(std::size_t bytes) noexcept {
  if (bytes < large) return std::malloc(bytes);
  void* memory = nullptr;
  if (bytes > SIZE_MAX - huge_page || posix_memalign(&memory, huge_page, bytes) != 0) return nullptr;
  madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}

}  // namespace

void* operator new(std::size_t bytes) {
  if (void* const memory = allocate(bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace sparselearn {

// The C library's heap grows once by as much as short runs need, is asked to consist of large pages, and
// keeps what is freed. Large arrays are mapped each for itself, and gone when they are freed.
void prepare_heap() noexcept {
  constexpr std::size_t arena = 12 * mebi;
  mallopt(M_MMAP_THRESHOLD, int{32 * mebi});  // the largest the library takes; the arena is to be of the heap
  mallopt(M_TRIM_THRESHOLD, int{64 * mebi});
  mallopt(M_TOP_PAD, int{mebi});
  mallopt(M_ARENA_MAX, 1);
  char* const begin = static_cast<char*>(std::malloc(arena));
  mallopt(M_MMAP_THRESHOLD, int{large});
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
