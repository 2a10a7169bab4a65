// The lock-free forms of the solvers that have one; each solver's factory hands on to these with --mode
// hogwild.
#pragma once
#include <memory>

#include "sparselearn/solver/solver.hpp"

namespace sparselearn::solver {

std::unique_ptr<Solver> make_sgd(const SolverOptions& options);
std::unique_ptr<Solver> make_ftrl(const SolverOptions& options);
std::unique_ptr<Solver> make_hogwild_sgd(const SolverOptions& options);
std::unique_ptr<Solver> make_hogwild_ftrl(const SolverOptions& options);
std::unique_ptr<Solver> make_hogwild_saga(const SolverOptions& options);
std::unique_ptr<Solver> make_hogwild_svrg(const SolverOptions& options);

}  // namespace sparselearn::solver
