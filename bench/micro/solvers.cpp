// An epoch of every solver of the table that takes the problem; an iteration of the batch solvers. The first
// one, which also finds the step, is off the clock.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "look_alike.hpp"
#include "measure.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/solver/solver.hpp"

namespace {

using namespace sparselearn;
using bench::LookAlike;

constexpr int epochs_timed = 5;  // with two snapshots of svrg, which takes one every 2.4 epochs

void begin(Solver& solver, const Problem& problem) {
  solver.start(problem, std::vector<double>(problem.dimension()));
  solver.epoch();
}

void epoch(benchmark::State& state, const Problem& problem, const solver::Info& info,
           const std::string& mode) {
  const ThreadLimit limit(static_cast<std::size_t>(state.range(0)));
  SolverOptions options;
  options.mode = mode;
  const auto solver = info.make(options);
  try {
    solver::require_support(info, problem, mode == "hogwild");
    begin(*solver, problem);
  } catch (const UsageError& refusal) {
    return state.SkipWithError(refusal.what());
  }
  double passes = 0;
  bench::measure(
      state, problem.data(),
      [&] {
        if (solver->stalled()) begin(*solver, problem);
      },
      [&] {
        const double before = solver->passes();
        solver->epoch();
        passes += solver->passes() - before;
      });
  state.counters["passes"] = passes / static_cast<double>(state.iterations());
}

void enrol(const LookAlike& rows) {
  const auto add = [&](const solver::Info& info, const std::string& mode) {
    const std::string name = std::string(info.name) + (mode == "auto" ? "" : "-" + mode);
    return benchmark::RegisterBenchmark(
               name.c_str(),
               [&rows, &info, mode](benchmark::State& state) { epoch(state, rows.problem(), info, mode); })
        ->ArgName("threads")
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond)
        ->Iterations(epochs_timed);
  };
  for (const solver::Info& info : solver::all()) {
    add(info, "auto")->Arg(1)->Arg(2);
    if (info.supports & solver::hogwild) add(info, "hogwild")->Arg(2);
  }
}

}  // namespace

int main(int count, char** arguments) { return bench::run(count, arguments, enrol); }
