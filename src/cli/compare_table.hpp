// The table `compare` ends with, for people.
#pragma once
#include <string>

#include "cli/compare_results.hpp"

namespace sparselearn::cli {

/// The minima, then a line a setting: what it took to each level, medians where there are repeats.
std::string compare_table(const CompareResults& results);

}  // namespace sparselearn::cli
