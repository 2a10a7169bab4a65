// What solvers are made of: dot products and updates over all rows in order, and the full gradient.
#include "sparselearn/engine/kernels.hpp"

#include <benchmark/benchmark.h>

#include "look_alike.hpp"
#include "measure.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/engine/threads.hpp"

namespace {

using namespace sparselearn;
using bench::LookAlike;

void read(benchmark::State& state, const Dataset& data) {
  const ThreadLimit limit(static_cast<std::size_t>(state.range(0)));
  bench::measure(state, data, [&] { bench::read_arrays(data); });
}

void dot_rows(benchmark::State& state, const Dataset& data) {
  const ThreadLimit limit(1);
  const HugeVector<double> w(data.features(), 1.0);
  bench::measure(state, data, [&] {
    double sum = 0;
    for (const RowBlock& block : data.blocks())
      for (std::size_t r = 0; r < block.rows(); ++r) sum += dot(block.row(r), w.data());
    benchmark::DoNotOptimize(sum);
  });
}

void axpy_rows(benchmark::State& state, const Dataset& data) {
  const ThreadLimit limit(1);
  HugeVector<double> w(data.features(), 0.0);
  bench::measure(state, data, [&] {
    for (const RowBlock& block : data.blocks())
      for (std::size_t r = 0; r < block.rows(); ++r) axpy(block.labels[r], block.row(r), w.data());
    benchmark::DoNotOptimize(w.data());
  });
}

void gradient(benchmark::State& state, const Problem& problem) {
  const ThreadLimit limit(static_cast<std::size_t>(state.range(0)));
  Objective objective(problem);
  const HugeVector<double> w(problem.dimension(), 0.01);
  HugeVector<double> out(problem.dimension());
  objective.value_and_gradient(w, out);  // makes its vectors
  bench::measure(state, problem.data(),
                 [&] { benchmark::DoNotOptimize(objective.value_and_gradient(w, out)); });
}

void enrol(const LookAlike& rows) {
  const Dataset& data = rows.data();
  const auto add = [](const char* name, auto body) {
    return benchmark::RegisterBenchmark(name, body)->UseManualTime()->Unit(benchmark::kMillisecond);
  };
  add("read", [&](benchmark::State& state) { read(state, data); })->ArgName("threads")->Arg(1)->Arg(2);
  add("dot", [&](benchmark::State& state) { dot_rows(state, data); })->ArgName("threads")->Arg(1);
  add("axpy", [&](benchmark::State& state) { axpy_rows(state, data); })->ArgName("threads")->Arg(1);
  add("gradient", [&](benchmark::State& state) { gradient(state, rows.problem()); })
      ->ArgName("threads")
      ->Arg(1)
      ->Arg(2);
}

}  // namespace

int main(int count, char** arguments) { return bench::run(count, arguments, enrol); }
