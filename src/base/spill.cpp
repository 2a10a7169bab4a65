#include "sparselearn/base/spill.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <thread>

#include "base/uninterrupted.hpp"
#include "sparselearn/base/error.hpp"

namespace sparselearn {
namespace {

constexpr std::size_t line = 64, piece_size = std::size_t{64} << 20;

// A mapped stretch of a file, which arrays are cut from one after the other.
struct Piece {
  std::size_t size = 0;
  std::size_t used = 0;
  std::size_t arrays = 0;  // alive
};

// Pieces of all spills by address: who frees an array knows nothing but that.
struct Pieces {
  std::mutex mutex;
  std::map<char*, Piece> by_address;
  std::atomic<std::size_t> count{0};
};

Pieces& pieces() {
  static Pieces all;
  return all;
}

thread_local Spill* of_this_thread = nullptr;
std::atomic<Spill*> of_all_threads{nullptr};

[[noreturn]] void fail(const std::string& what, const std::string& folder, int error) {
  throw IoError("cannot " + what + " in " + folder + ": " + std::strerror(error));
}

std::size_t page_size() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

int open_unnamed(const std::string& folder) {
#ifdef O_TMPFILE
  const int unnamed =
      uninterrupted([&] { return ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); });
  if (unnamed >= 0) return unnamed;
#endif
  std::string name = folder + "/sparselearn-" + std::string(6, 'X');  // of which mkostemp makes a name
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named < 0) fail("keep rows", folder, errno);
  ::unlink(name.c_str());
  return named;
}

}  // namespace

struct Spill::State {
  std::string folder;
  std::uint64_t limit = 0;
  int descriptor = -1;
  std::mutex growing;  // one allocation at a time, which may wait for the disk
  std::uint64_t file_size = 0;
  std::atomic<std::uint64_t> bytes{0};
  std::map<char*, std::size_t> mapped;  // pieces of this spill, under the mutex of all
  char* open = nullptr;                 // the piece that arrays are cut from
  std::atomic<unsigned> asked{0};
  std::atomic<std::uint64_t> rest{0};  // what the process held when all pages had just been let go
  std::jthread watch;

  void let_go() {
    const std::lock_guard lock(pieces().mutex);
    for (const auto& [address, size] : mapped)
      if (pieces().by_address.contains(address)) ::madvise(address, size, MADV_DONTNEED);
    rest = resident_memory();
  }

  // Pages may take the part of what the rest of the process leaves of the limit; a few megabytes in any case,
  // as letting go of the same pages again and again would help nobody.
  bool holds_more_than(double part) const {
    constexpr std::uint64_t least = std::uint64_t{16} << 20;
    const std::uint64_t others = rest, room = limit > others ? limit - others : 0;
    return resident_memory() >
           others + std::max(least, static_cast<std::uint64_t>(part * static_cast<double>(room)));
  }

  // Where all processors are busy the watch wakes late: work that walks over rows relieves the spill itself.
  void keep_watch(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (holds_more_than(0.4)) let_go();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  // An array from the open piece, or null if it has no room.
  char* cut(std::size_t size) {
    const std::lock_guard lock(pieces().mutex);
    const auto piece = pieces().by_address.find(open);
    if (piece == pieces().by_address.end() || piece->second.size - piece->second.used < size) return nullptr;
    char* const memory = piece->first + piece->second.used;
    piece->second.used += size;
    ++piece->second.arrays;
    return memory;
  }

  void open_piece(char* at, std::size_t size) {
    const std::lock_guard lock(pieces().mutex);
    pieces().by_address.emplace(at, Piece{size, 0, 0});
    pieces().count = pieces().by_address.size();
    mapped.emplace(at, size);
    open = at;
  }

  // The disk is asked for the room first: writing to a mapped hole of a full one would be fatal.
  char* map_piece(std::size_t size) {
    int error = EINTR;
    while (error == EINTR)  // it gives the error back
      error = ::posix_fallocate(descriptor, static_cast<::off_t>(file_size), static_cast<::off_t>(size));
    if (error != 0) fail("keep rows", folder, error);
    void* at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor,
                      static_cast<::off_t>(file_size));
    if (at == MAP_FAILED) throw std::bad_alloc();
    file_size += size;
    return static_cast<char*>(at);
  }
};

Spill::Spill(const std::string& folder, std::uint64_t limit) : state_(std::make_unique<State>()) {
  state_->folder = folder;
  state_->limit = limit;
  state_->descriptor = open_unnamed(folder);
  state_->watch =
      std::jthread([state = state_.get()](const std::stop_token& stop) { state->keep_watch(stop); });
}

Spill::~Spill() {
  state_->watch.request_stop();
  state_->watch.join();
  ::close(state_->descriptor);
}

void return_free_memory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

void Spill::relieve() {
  constexpr unsigned often = 8;  // asking takes some microseconds
  if (++state_->asked % often != 0) return;
  if (state_->holds_more_than(0.25)) state_->let_go();
}

std::uint64_t Spill::bytes() const { return state_->bytes; }

Spill* Spill::in_use() { return of_this_thread ? of_this_thread : of_all_threads.load(); }

void* Spill::allocate(std::size_t bytes) {
  if (bytes > static_cast<std::size_t>(-1) - piece_size) throw std::bad_alloc();
  const std::size_t wanted = std::max<std::size_t>(1, (bytes + line - 1) / line) * line;
  const std::lock_guard alone(state_->growing);
  char* memory = state_->cut(wanted);
  if (!memory) {
    const std::size_t page = page_size();
    const std::size_t size = std::max(piece_size, (wanted + page - 1) / page * page);
    state_->open_piece(state_->map_piece(size), size);
    memory = state_->cut(wanted);
  }
  state_->bytes += wanted;
  return memory;
}

bool Spill::take_back(void* memory) noexcept {
  if (pieces().count.load() == 0) return false;
  char* const at = static_cast<char*>(memory);
  const std::lock_guard lock(pieces().mutex);
  auto& by_address = pieces().by_address;
  auto piece = by_address.upper_bound(at);
  if (piece == by_address.begin()) return false;
  --piece;
  if (at >= piece->first + piece->second.size) return false;
  if (--piece->second.arrays > 0) return true;
  ::munmap(piece->first, piece->second.size);
  by_address.erase(piece);
  pieces().count = by_address.size();
  return true;
}

Spill::Use::Use(Spill& spill, Threads threads) : threads_(threads) {
  if (threads == Threads::all) {
    before_ = of_all_threads.exchange(&spill);
  } else {
    before_ = of_this_thread;
    of_this_thread = &spill;
  }
}

Spill::Use::~Use() {
  if (threads_ == Threads::all)
    of_all_threads = before_;
  else
    of_this_thread = before_;
}

std::string spill_folder() {
  const char* const asked = std::getenv("TMPDIR");
  return asked && *asked ? asked : "/var/tmp";
}

std::uint64_t resident_memory() {
  const int descriptor = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  char text[128] = {};
  const ::ssize_t got = ::read(descriptor, text, sizeof text - 1);
  ::close(descriptor);
  unsigned long long pages = 0;
  if (got <= 0 || std::sscanf(text, "%*u %llu", &pages) != 1) return 0;
  return pages * page_size();
}

std::uint64_t physical_memory() {
  return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * page_size();
}

}  // namespace sparselearn
