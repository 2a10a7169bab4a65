// How many threads the engine may use. Results never depend on it: work is cut into parts that depend on the
// data alone.
#pragma once
#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>

namespace sparselearn {

/// While it lives, at most `threads` threads work (0: as many as the machine has). Limits nest.
class ThreadLimit {
 public:
  explicit ThreadLimit(std::size_t threads);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;
  /// Threads in force now.
  static std::size_t threads();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// body(0), ..., body(count - 1) in any order, on the allowed threads. Exceptions pass through.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body);

/// The same for long tasks that run parallel loops themselves: a thread that waits in a loop of its task
/// takes up no other task meanwhile.
void for_each_task(std::size_t count, const std::function<void(std::size_t)>& body);

/// Entries of a vector that are worth a thread.
inline constexpr std::size_t entries_a_slice = 16384;
inline constexpr std::size_t slices_of(std::size_t size) {
  return (size + entries_a_slice - 1) / entries_a_slice;
}

/// body(s, begin, end) for every slice s of a vector of `size` entries, on the allowed threads.
template <class Body>
void for_each_slice(std::size_t size, const Body& body) {
  parallel_for(slices_of(size), [&](std::size_t s) {
    body(s, s * entries_a_slice, std::min(size, (s + 1) * entries_a_slice));
  });
}

}  // namespace sparselearn
