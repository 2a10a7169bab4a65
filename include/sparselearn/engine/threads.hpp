// How many threads the engine may use. Results never depend on it: work is cut into parts that depend on the
// data alone.
#pragma once
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

}  // namespace sparselearn
