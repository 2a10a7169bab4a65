#include "sparselearn/engine/zeros.hpp"

#include <algorithm>
#include <cstdint>

#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn {

void make_pages_ready(void* memory, std::size_t bytes) {
  // Pieces end where pages of any size do, so that no two threads ask for one page.
  constexpr std::size_t piece = std::size_t{2} << 20;
  if (bytes < 2 * piece) return;
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const std::size_t first = address / piece, last = (address + bytes - 1) / piece;
  parallel_for(last - first + 1, [&](std::size_t p) {
    const std::size_t begin = std::max<std::size_t>(address, (first + p) * piece) - address;
    const std::size_t end = std::min<std::size_t>(address + bytes, (first + p + 1) * piece) - address;
    provide_pages(static_cast<char*>(memory) + begin, end - begin);
  });
}

}  // namespace sparselearn
