// Parallel work on numbered pieces whose results are wanted in order.
#pragma once
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "base/handover.hpp"

namespace sparselearn {

/// Calls consume(make(k)) for k = 0 .. count - 1 in this order, one at a time, while further make(k) run in
/// parallel; only a few results wait at any moment.
template <class Make, class Consume>
void in_order(std::uint64_t count, const Make& make, const Consume& consume) {
  if (count == 1) return consume(make(0));
  using Result = decltype(make(std::uint64_t{0}));
  // Pieces in flight are consecutive, so that each has a slot of its own.
  const auto in_flight = static_cast<std::size_t>(tbb::this_task_arena::max_concurrency()) * 2;
  std::vector<Result> results(in_flight);
  Handover order;  // tells ThreadSanitizer what the pipeline keeps in order
  const Join join(order);
  std::uint64_t next = 0;
  const auto number = [&](tbb::flow_control& flow) {
    any_start.take();
    const Handed turn(order);
    if (next == count) flow.stop();
    return next < count ? next++ : count;
  };
  const auto work = [&](std::uint64_t k) {
    any_start.take();
    const Handed turn(order);
    results[k % in_flight] = make(k);
    return k;
  };
  const auto hand_on = [&](std::uint64_t k) {
    any_start.take();
    const Handed turn(order);
    consume(std::move(results[k % in_flight]));
  };
  using tbb::filter_mode;
  any_start.give();
  tbb::parallel_pipeline(
      in_flight, tbb::make_filter<void, std::uint64_t>(filter_mode::serial_in_order, std::ref(number)) &
                     tbb::make_filter<std::uint64_t, std::uint64_t>(filter_mode::parallel, std::ref(work)) &
                     tbb::make_filter<std::uint64_t, void>(filter_mode::serial_in_order, std::ref(hand_on)));
}

}  // namespace sparselearn
