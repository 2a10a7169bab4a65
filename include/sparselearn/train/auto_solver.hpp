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
/// when there is none. A problem that is a sample of a larger one, all of its features and 1/`scale` of its
/// rows, gets the solver of the larger.
SolverChoice choose_solver(const Problem& problem, std::span<const std::string> options,
                           bool lock_free = false, double scale = 1);

/// The solver that comes nearest to the minimum of a problem, whatever the time: Newton's method where F is
/// differentiable, coordinate descent with l1, dual coordinate ascent for losses with kinks; what
/// choose_solver() names where none of these can.
SolverChoice choose_precise_solver(const Problem& problem);

}  // namespace sparselearn
