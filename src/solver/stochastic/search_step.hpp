#pragma once
#include <cstdint>
#include <functional>

#include "sparselearn/engine/problem.hpp"

namespace sparselearn {

/// The step a search on a sample of the rows finds: starts at `first`, goes by factors of two to where one
/// pass of `run` over the sample ends lowest. run(sample problem, held-out problem, step) returns F.
/// Deterministic. Adds the passes it cost to `passes`.
double search_step(const Problem& problem, double first, std::uint64_t seed,
                   const std::function<double(const Problem&, const Problem&, double step)>& run,
                   double& passes);

}  // namespace sparselearn
