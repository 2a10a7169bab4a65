#include "sparselearn/base/huge_vector.hpp"

#include <sys/mman.h>

#include <cstdlib>

namespace sparselearn {

void* allocate_huge(std::size_t bytes) {
  constexpr std::size_t line = 64, huge_page = std::size_t{2} << 20;
  const bool huge = bytes >= 2 * huge_page;
  const std::size_t alignment = huge ? huge_page : line;
  if (bytes > static_cast<std::size_t>(-1) - alignment) throw std::bad_alloc();
  void* memory = nullptr;
  if (posix_memalign(&memory, alignment, bytes == 0 ? line : bytes) != 0) throw std::bad_alloc();
  if (huge) madvise(memory, bytes, MADV_HUGEPAGE);  // advice: a refusal costs speed alone
  return memory;
}

void free_huge(void* memory) noexcept { std::free(memory); }

}  // namespace sparselearn
