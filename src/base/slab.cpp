#include "base/slab.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <mutex>
#include <new>
#include <set>
#include <utility>

#include "sparselearn/base/huge_vector.hpp"

namespace sparselearn::slab {
namespace {

constexpr std::size_t line = 64;
constexpr std::size_t page = 4096;
constexpr std::size_t slab_size = std::size_t{16} << 20;  // also its alignment
constexpr std::size_t smallest = std::size_t{16} << 10;
constexpr std::size_t largest = std::size_t{4} << 20;

/// Stands at the start of each slab. Pieces are cut one behind the other, unless one that was given back is
/// large enough.
struct Header {
  std::size_t used = line;   // bytes cut off so far, with this header
  std::size_t ready = page;  // bytes whose pages are there
  std::size_t pieces = 0;    // not given back yet
};
static_assert(sizeof(Header) <= line);

Header* slab_of(char* piece) {
  return reinterpret_cast<Header*>(piece - reinterpret_cast<std::uintptr_t>(piece) % slab_size);
}

std::size_t rounded(std::size_t bytes) { return (bytes + line - 1) / line * line; }

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

/// Pieces that were given back, neighbours joined.
class FreePieces {
 public:
  /// The smallest piece of that size or more, cut to size; null if there is none.
  char* take(std::size_t size) {
    const auto found = by_size_.lower_bound({size, nullptr});
    if (found == by_size_.end()) return nullptr;
    const auto [whole, piece] = *found;
    remove(piece, whole);
    if (whole > size) add(piece + size, whole - size);
    return piece;
  }

  /// Adds a piece; without memory for the note it waits until its whole slab is free. Slabs begin with a
  /// header, so pieces of two slabs are never neighbours.
  void add(char* piece, std::size_t size) noexcept {
    const auto after = by_place_.lower_bound(piece);
    const auto [left, left_size] = after == by_place_.begin() ? Place{nullptr, 0} : Place{*std::prev(after)};
    const auto [right, right_size] = after == by_place_.end() ? Place{nullptr, 0} : Place{*after};
    if (right == piece + size) {
      remove(right, right_size);
      size += right_size;
    }
    if (left && left + left_size == piece) {
      remove(left, left_size);
      piece = left;
      size += left_size;
    }
    try {
      by_size_.emplace(size, piece);
      by_place_.emplace(piece, size);
    } catch (const std::bad_alloc&) {
      by_size_.erase({size, piece});
    }
  }

  /// Forgets the pieces from `begin` to before `end`.
  void forget(char* begin, char* end) {
    for (auto at = by_place_.lower_bound(begin); at != by_place_.end() && at->first < end;) {
      by_size_.erase({at->second, at->first});
      at = by_place_.erase(at);
    }
  }

 private:
  using Place = std::pair<char*, std::size_t>;

  void remove(char* piece, std::size_t size) {
    by_size_.erase({size, piece});
    by_place_.erase(piece);
  }

  std::map<char*, std::size_t> by_place_;
  std::set<std::pair<std::size_t, char*>> by_size_;
};

class Slabs {
 public:
  void* allocate(std::size_t bytes) {
    Fresh fresh;
    void* const piece = cut(rounded(bytes), fresh);
    // By each thread for itself: the kernel clears pages hardly faster than rows fill them.
    provide_pages(fresh.begin, fresh.size);
    return piece;
  }

  void take_back(void* memory, std::size_t bytes) noexcept {
    char* const piece = static_cast<char*>(memory);
    Header* const header = slab_of(piece);
    const std::lock_guard guard(mutex_);
    if (--header->pieces > 0) return free_.add(piece, rounded(bytes));
    char* const slab = reinterpret_cast<char*>(header);
    free_.forget(slab, slab + slab_size);
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
    if (char* const piece = free_.take(size)) {
      ++slab_of(piece)->pieces;
      return piece;
    }
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
  FreePieces free_;
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
void take_back(void* memory, std::size_t bytes) noexcept { slabs().take_back(memory, bytes); }

}  // namespace sparselearn::slab
