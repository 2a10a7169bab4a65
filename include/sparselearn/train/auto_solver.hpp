// --solver auto: which solver a problem gets, and why.
#pragma once
#include <span>
#include <string>

#include "sparselearn/engine/problem.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn {

struct SolverChoice {
  const solver::Info* info;
  std::string reason;
};

/// The first solver of a list that depends on loss and penalty, among those that support the problem and read
/// all of `options` (option names the user gave); `lock_free`: those with --mode hogwild. Throws UsageError
/// when there is none.
SolverChoice choose_solver(const Problem& problem, std::span<const std::string> options,
                           bool lock_free = false);

}  // namespace sparselearn
