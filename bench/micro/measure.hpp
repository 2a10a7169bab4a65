// Times a piece of work and a read of the arrays in turn, so that both see the same machine in the same
// seconds.
#pragma once
#include <benchmark/benchmark.h>

#include <chrono>

#include "memory.hpp"

namespace sparselearn::bench {

template <class Work>
double seconds_of(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Counters: ns/nonzero; reads, the time as a multiple of one read of the arrays on as many threads; GB/s of
/// that read. `prepare` comes before every piece of work, off the clock.
template <class Prepare, class Work>
void measure(benchmark::State& state, const Dataset& data, const Prepare& prepare, const Work& work) {
  double worked = 0, read = 0;
  for (auto _ : state) {
    prepare();
    const double seconds = seconds_of(work);
    state.SetIterationTime(seconds);
    worked += seconds;
    read += seconds_of([&] { read_arrays(data); });
  }
  const auto times = static_cast<double>(state.iterations());
  state.counters["ns/nonzero"] = 1e9 * worked / (times * static_cast<double>(data.nonzeros()));
  state.counters["reads"] = worked / read;
  state.counters["GB/s"] = 1e-9 * bytes_of_arrays(data) * times / read;
}

template <class Work>
void measure(benchmark::State& state, const Dataset& data, const Work& work) {
  measure(
      state, data, [] {}, work);
}

}  // namespace sparselearn::bench
