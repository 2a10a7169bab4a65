// The problem that kernels and solvers are timed on: logistic loss, l2 = 1/N, rows in the shape of a
// published data set.
#pragma once
#include <memory>

#include "sparselearn/engine/problem.hpp"

namespace sparselearn::bench {

class LookAlike {
 public:
  /// Takes --like=NAME (rcv1) and --scale=FACTOR of its rows (8, which is larger than the caches) out of the
  /// arguments; the rest is Google Benchmark's.
  LookAlike(int& count, char** arguments);
  LookAlike(const LookAlike&) = delete;
  LookAlike& operator=(const LookAlike&) = delete;

  const Dataset& data() const { return data_; }
  const Problem& problem() const { return *problem_; }

 private:
  Dataset data_;
  std::unique_ptr<Loss> loss_;
  std::unique_ptr<Problem> problem_;
};

/// What main() of a bench does: makes the data, lets `enrol` register the benchmarks on it, runs those asked
/// for.
int run(int count, char** arguments, void (*enrol)(const LookAlike&));

}  // namespace sparselearn::bench
