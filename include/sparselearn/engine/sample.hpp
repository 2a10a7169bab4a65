// Samples of the rows as data sets of their own.
#pragma once
#include <cstdint>

#include "sparselearn/data/dataset.hpp"

namespace sparselearn {

struct Sample {
  // Disjoint where the data has rows enough, else the same; one numbering of features.
  Dataset training, held_out;
};

/// Twice about `rows` rows (or all), drawn without replacement and deterministically from `seed`, dealt in
/// turn; the features renumbered so that only those that occur take room.
Sample sample_rows(const Dataset& data, std::uint64_t rows, std::uint64_t seed);

/// One row, drawn, of every `stratum` rows that follow each other, whole or not; all features keep their
/// numbers, and where the rows lie on disk so does the sample.
Dataset sample_strata(const Dataset& data, std::uint64_t stratum, std::uint64_t seed);

}  // namespace sparselearn
