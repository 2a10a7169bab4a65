// Into how many parts the rows of dual coordinate ascent are cut, and how often the parts are brought
// together: both by the size of the data alone. To merge many cells of v is dear, and rows seldom meet in a
// rare feature; so where wide data has its frequent features first (train/used_features.hpp), the first few
// cells, which nearly every row reads, are merged all the time, more of them now and then, all a few times a
// pass. Of fewer cells, in the order of the file, all are merged a few times a pass.
#pragma once
#include <cstddef>
#include <cstdint>

#include "sparselearn/engine/problem.hpp"

namespace sparselearn::solver {

struct DualParts {
  std::uint64_t parts = 1;
  std::uint64_t rows_a_round = 0;  // with more than one part
  bool tiered = false;             // merges are whole steps, of fewer than all cells where there are many:
  std::size_t front = 0;           // cells that are merged every round
  std::size_t middle = 0;          // and every so many rounds
  std::uint64_t rounds_a_middle = 1;
  std::uint64_t rows_a_span = 0;  // between merges of all cells

  DualParts() = default;
  /// `wanted` parts; 0: as many as pay. held_back: a proximal term may hold back what rows have in common.
  DualParts(const Problem& problem, std::uint64_t wanted, bool held_back);
};

}  // namespace sparselearn::solver
