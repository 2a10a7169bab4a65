// One body for the fuzzer and the unit tests: a saved run that somebody changed, its checksums made good, is
// refused, or goes on to an end with weights that are numbers.
#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sparselearn/base/error.hpp"
#include "sparselearn/train/relay.hpp"
#include "sparselearn/train/train.hpp"
#include "support/random_problem.hpp"

namespace sparselearn::tests {

/// A run on a few rows, broken off after `epochs` epochs, and all it takes to go on with it.
struct SavedRun {
  std::string name;
  std::shared_ptr<RandomProblem> made;
  std::function<std::unique_ptr<Solver>()> make;
  int epochs;
  std::string bytes;
};

inline TrainOptions options_of_saved_runs() {
  TrainOptions options;
  options.epochs = 8;
  options.tolerance = 1e-7;
  return options;
}

/// Every solver, with the options that give it more to remember, after one and after three epochs.
inline std::vector<SavedRun> saved_runs() {
  RandomRows shape;
  shape.rows = 12;
  shape.features = 5;
  shape.density = 0.5;
  shape.rows_a_block = 7;
  shape.weighted = true;
  const auto problem = [&](const char* loss, Penalty penalty) {
    return std::make_shared<RandomProblem>(shape, loss, penalty, true);
  };
  const auto plain = problem("logistic", {0, 0.01}), l1 = problem("logistic", {0.02, 0.01}),
             guessed = problem("exponential", {0, 0.01}), classes = problem("softmax", {0, 0.01});

  std::vector<SavedRun> runs;
  const auto add = [&](const std::string& name, const std::shared_ptr<RandomProblem>& made,
                       const std::function<std::unique_ptr<Solver>()>& make,
                       const std::vector<int>& breaks = {1, 3}) {
    for (const int epochs : breaks) {
      SavedRun run{name, made, make, epochs, ""};
      int left = epochs;
      TrainHooks hooks;
      hooks.keep_going = [&] { return --left > 0; };
      hooks.save = [&](std::string bytes) { run.bytes = std::move(bytes); };
      try {
        train(*made->problem, *make(), options_of_saved_runs(), hooks);
      } catch (const UsageError&) {  // not for this problem
        return;
      }
      runs.push_back(std::move(run));
    }
  };
  const auto with = [&](const char* name, const auto& set) {
    SolverOptions options;
    set(options);
    return [name, options] { return solver::make(name, options); };
  };
  for (const solver::Info& info : solver::all())
    for (const auto& made : {plain, l1, guessed, classes})
      add(std::string(info.name), made, with(info.name.data(), [](SolverOptions&) {}));
  for (const char* name : {"sgd", "saga", "svrg", "ftrl"})
    for (const auto& made : {l1, guessed})
      add(std::string(name) + " hogwild", made, with(name, [](SolverOptions& o) { o.mode = "hogwild"; }));
  add("sdca in parts", plain, with("sdca", [](SolverOptions& o) { o.parts = 3; }));
  add("svrg loopless", plain, with("svrg", [](SolverOptions& o) { o.loopless = true; }));
  add("tg theta", l1, with("tg", [](SolverOptions& o) { o.theta = 0.5; }));
  add("gd barzilai-borwein", l1, with("gd", [](SolverOptions& o) { o.line_search = "barzilai-borwein"; }));
  add("sgd batches", plain, with("sgd", [](SolverOptions& o) { o.batch_growth = 1.5; }));
  add("sgd curriculum", plain, with("sgd", [](SolverOptions& o) { o.order = "curriculum"; }));
  add("a switch", plain, [] { return switch_solver(solver::make("sgd", {}), 2, solver::make("lbfgs", {})); });
  add("a path", l1, [] { return continuation([](double) { return solver::make("saga", {}); }, 3, 8); });
  add("a run that has ended", plain, with("lbfgs", [](SolverOptions&) {}), {1 << 20});
  return runs;
}

/// Goes on with `run` from these bytes. "" when all is well, refusal included.
inline std::string resume_fault(const SavedRun& run, const std::string& bytes, bool* went_on = nullptr) {
  const Problem& problem = *run.made->problem;
  TrainResult result;
  try {
    result = resume(problem, *run.make(), options_of_saved_runs(), bytes);
  } catch (const DataError&) {
    return "";
  } catch (const DivergedError&) {
    return "";
  }
  if (went_on) *went_on = true;
  if (result.weights.size() != problem.dimension()) return "the weights are of another size";
  for (const double w : result.weights)
    if (!std::isfinite(w)) return "a weight is not a number";
  return "";
}

/// A number that likes to break things, written over the bytes at `at`.
inline std::string with_number(std::string bytes, std::size_t at, std::size_t which) {
  constexpr std::uint64_t numbers[] = {0,
                                       1,
                                       7,
                                       0xFFFFFFFF,
                                       0x100000000,
                                       0x7FFFFFFFFFFFFFFF,
                                       0xFFFFFFFFFFFFFFFF,   // counts and indices; the last a NaN too
                                       0x7FF0000000000000,   // infinity
                                       0xBFF0000000000000,   // -1
                                       0x7E37E43C8800759C,   // 1e300
                                       0xFE37E43C8800759C};  // -1e300
  const std::uint64_t number = numbers[which % std::size(numbers)];
  if (at < bytes.size()) std::memcpy(&bytes[at], &number, std::min(sizeof number, bytes.size() - at));
  return bytes;
}
inline constexpr std::size_t numbers_to_write = 11;

// A script says which saved run (its first byte, which the fuzzer reads), then changes of it, four bytes
// each: two say where, one says to what, or the last which byte to put there. So the corpus needs no copies
// of saved runs, which change with the solvers.
inline std::string changed_as(std::string_view script, std::string bytes) {
  const auto number = [&](std::size_t k) {
    return static_cast<std::size_t>(static_cast<std::uint8_t>(script[k]));
  };
  for (std::size_t k = 1; k + 4 <= script.size(); k += 4) {
    const std::size_t at = (number(k) + 256 * number(k + 1)) % bytes.size(), kind = number(k + 2);
    if (kind < numbers_to_write)
      bytes = with_number(bytes, at, kind);
    else if (kind < 128)
      bytes[at] = script[k + 3];
    else if (kind == 255 && at > 0)
      bytes.resize(at);
    else
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << (number(k + 3) % 8)));
  }
  return bytes;
}

}  // namespace sparselearn::tests
