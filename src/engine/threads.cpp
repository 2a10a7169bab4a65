#include "sparselearn/engine/threads.hpp"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include "base/handover.hpp"

namespace sparselearn {

struct ThreadLimit::State {
  explicit State(std::size_t threads) : control(tbb::global_control::max_allowed_parallelism, threads) {}
  tbb::global_control control;
};

ThreadLimit::ThreadLimit(std::size_t threads)
    : state_(std::make_unique<State>(
          threads > 0 ? threads : static_cast<std::size_t>(tbb::info::default_concurrency()))) {}
ThreadLimit::~ThreadLimit() = default;

std::size_t ThreadLimit::threads() {
  return tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
}

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) {
  if (count == 1) return body(0);
  if (count == 0) return;
  fork_and_join(
      [&](const auto& each) { tbb::parallel_for(std::size_t{0}, count, each, tbb::simple_partitioner()); },
      body);
}

void for_each_task(std::size_t count, const std::function<void(std::size_t)>& body) {
  parallel_for(count, [&](std::size_t task) { tbb::this_task_arena::isolate([&] { body(task); }); });
}

}  // namespace sparselearn
