// Sorts the entries of one sparse row by index.
#pragma once
#include <cstddef>
#include <cstdint>

namespace sparselearn {

/// Sorts `size` entries by index, none of which comes twice. value: theirs, or null.
void sort_row(std::uint32_t* index, float* value, std::size_t size);

/// The form for short rows on processors without AVX-512; of `size` up to most_by_rank_portable.
inline constexpr std::size_t most_by_rank_portable = 128;
void sort_by_rank_portable(std::uint32_t* index, float* value, std::size_t size);

}  // namespace sparselearn
