#include "base/slab.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <new>

#include "sparselearn/base/huge_vector.hpp"

namespace sparselearn::slab {
namespace {

constexpr std::size_t line = 64;
constexpr std::size_t page = 4096;
constexpr std::size_t slab_size = std::size_t{16} << 20;  // also its alignment
constexpr std::size_t smallest = std::size_t{16} << 10;
constexpr std::size_t largest = std::size_t{4} << 20;

/// Stands at the start of each slab. Pieces are cut one behind the other; a piece given back is not cut again
/// until the whole slab is free.
struct Header {
  std::size_t used = line;   // bytes cut off so far, with this header
  std::size_t ready = page;  // bytes whose pages are there
  std::size_t pieces = 0;    // not given back yet
};
static_assert(sizeof(Header) <= line);

Header* map_slab() {
  const std::size_t reserve = 2 * slab_size;  // holds an aligned slab wherever it lies
  void* const memory = mmap(nullptr, reserve, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  char* const begin = static_cast<char*>(memory);
  const std::size_t before = (slab_size - reinterpret_cast<std::uintptr_t>(begin) % slab_size) % slab_size;
  char* const slab = begin + before;
  if (before > 0) munmap(begin, before);
  munmap(slab + slab_size, slab_size - before);
  madvise(slab, slab_size, MADV_HUGEPAGE);  // advice: a refusal costs speed alone
  return new (slab) Header;
}

/// Part of a slab whose pages are not there yet.
struct Fresh {
  char* begin = nullptr;
  std::size_t size = 0;
};

/// The pages used so far that no one has been told to make ready.
Fresh take_fresh(Header* slab) {
  const std::size_t begin = slab->ready;
  const std::size_t end = std::max(begin, (slab->used + page - 1) / page * page);
  slab->ready = end;
  return {reinterpret_cast<char*>(slab) + begin, end - begin};
}

class Slabs {
 public:
  void* allocate(std::size_t bytes) {
    Fresh fresh;
    void* const piece = cut((bytes + line - 1) / line * line, fresh);
    // By each thread for itself: the kernel clears pages hardly faster than rows fill them.
    provide_pages(fresh.begin, fresh.size);
    return piece;
  }

  void take_back(void* memory) noexcept {
    const std::size_t offset = reinterpret_cast<std::uintptr_t>(memory) % slab_size;
    auto* const header = reinterpret_cast<Header*>(static_cast<char*>(memory) - offset);
    const std::lock_guard guard(mutex_);
    if (--header->pieces > 0) return;
    header->used = line;
    if (header == current_) return;
    if (!spare_)
      spare_ = header;
    else
      munmap(header, slab_size);
  }

 private:
  void* cut(std::size_t size, Fresh& fresh) {
    const std::lock_guard guard(mutex_);
    if (!current_ || current_->used + size > slab_size) open_next();
    void* const piece = reinterpret_cast<char*>(current_) + current_->used;
    current_->used += size;
    ++current_->pieces;
    fresh = take_fresh(current_);
    return piece;
  }

  void open_next() {
    Header* const next = spare_ ? spare_ : map_slab();
    spare_ = nullptr;
    current_ = next;
  }

  std::mutex mutex_;
  Header* current_ = nullptr;  // pieces are cut from this one
  Header* spare_ = nullptr;    // an empty one kept for later
};

// Never destroyed: vectors in static storage may outlive it.
Slabs& slabs() {
  static Slabs& all = *new Slabs;
  return all;
}

}  // namespace

bool serves(std::size_t bytes) { return bytes >= smallest && bytes < largest; }
void* allocate(std::size_t bytes) { return slabs().allocate(bytes); }
void take_back(void* memory) noexcept { slabs().take_back(memory); }

}  // namespace sparselearn::slab
