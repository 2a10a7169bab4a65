#include "sparselearn/base/huge_vector.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>

#include "base/huge_pages.hpp"
#include "base/slab.hpp"
#include "sparselearn/base/spill.hpp"

namespace sparselearn {
namespace {

constexpr std::size_t line = 64;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool use_slabs = false;  // pieces side by side would hide overruns
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool use_slabs = false;
#else
constexpr bool use_slabs = true;
#endif
#else
constexpr bool use_slabs = true;
#endif

}  // namespace

void* allocate_huge(std::size_t bytes) {
  if (Spill* const spill = Spill::in_use()) return spill->allocate(bytes);
  if (use_slabs && slab::serves(bytes)) return slab::allocate(bytes);
  void* memory = nullptr;
  if (bytes >= worth_huge_pages)
    memory = allocate_huge_pages(bytes);
  else if (posix_memalign(&memory, line, bytes == 0 ? line : bytes) != 0)
    memory = nullptr;
  if (!memory) throw std::bad_alloc();
  return memory;
}

void advise_huge(void* memory, std::size_t bytes) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t begin = (address + huge_page - 1) / huge_page * huge_page;
  const std::uintptr_t end = (address + bytes) / huge_page * huge_page;
  if (begin < end) madvise(static_cast<char*>(memory) + (begin - address), end - begin, MADV_HUGEPAGE);
}

void provide_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) noexcept {
#ifdef MADV_POPULATE_WRITE
  constexpr std::uintptr_t page = 4096;
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t begin = address / page * page;
  if (bytes > 0)
    madvise(static_cast<char*>(memory) - (address - begin), address + bytes - begin, MADV_POPULATE_WRITE);
#endif
}

void free_huge(void* memory, std::size_t bytes) noexcept {
  if (Spill::take_back(memory)) return;
  if (use_slabs && slab::serves(bytes))
    slab::take_back(memory, bytes);
  else
    std::free(memory);
}

}  // namespace sparselearn
