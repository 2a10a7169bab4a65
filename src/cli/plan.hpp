// inspect --plan: what reading and training on data will take, before any of it is done.
#pragma once
#include "cli/arguments.hpp"

namespace sparselearn::cli {

/// Tells it on standard output.
ExitCode plan_data(const Arguments& arguments);

}  // namespace sparselearn::cli
