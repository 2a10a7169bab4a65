// sparselearn inspect --check: the defects of data, and the same data without them.
#pragma once
#include "cli/arguments.hpp"

namespace sparselearn::cli {

/// ExitCode::bad_data if there are any, also where they could be repaired: the verdict is on what was read.
ExitCode check_data(const Arguments& arguments);

}  // namespace sparselearn::cli
