// A small sample of the rows as a data set of its own, its features renumbered so that only those that occur
// take room.
#pragma once
#include <cstdint>

#include "sparselearn/data/dataset.hpp"

namespace sparselearn {

struct Sample {
  Dataset training, held_out;  // disjoint where the data has rows enough, else the same; one numbering of features
};

/// Twice about `rows` rows (or all), drawn without replacement and deterministically from `seed`, dealt in turn.
Sample sample_rows(const Dataset& data, std::uint64_t rows, std::uint64_t seed);

}  // namespace sparselearn
