// A small sample of the rows as a data set of its own, its features renumbered so that only those that occur
// take room.
#pragma once
#include <cstdint>

#include "sparselearn/data/dataset.hpp"

namespace sparselearn {

/// About `rows` rows (all, if there are no more), drawn without replacement and deterministically from
/// `seed`.
Dataset sample_rows(const Dataset& data, std::uint64_t rows, std::uint64_t seed);

}  // namespace sparselearn
