// One read of the arrays of a data set, as fast as the machine's memory gives them: the unit in which the
// benches measure.
#pragma once
#include <benchmark/benchmark.h>

#include <bit>
#include <cstdint>

#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/data/dataset.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn::bench {

/// The sum of the elements' bits: no addition waits for memory or for another, so that memory alone is the
/// bound.
template <class Word, class T>
Word sum_of_bits(const HugeVector<T>& array) {
  static_assert(sizeof(Word) == sizeof(T));
  Word sum = 0;
  for (const T& element : array) sum += std::bit_cast<Word>(element);
  return sum;
}

/// Reads offsets, indices and values of every block once, on the threads allowed.
inline void read_arrays(const Dataset& data) {
  const Blocks blocks = data.blocks();
  parallel_for(blocks.size(), [&](std::size_t b) {
    const RowBlock& block = blocks[b];
    benchmark::DoNotOptimize(sum_of_bits<std::uint64_t>(block.offsets));
    benchmark::DoNotOptimize(sum_of_bits<std::uint32_t>(block.indices));
    benchmark::DoNotOptimize(sum_of_bits<std::uint32_t>(block.values));
  });
}

/// Bytes that read_arrays() reads.
inline double bytes_of_arrays(const Dataset& data) {
  std::size_t bytes = 0;
  for (const RowBlock& block : data.blocks())
    bytes += block.offsets.size() * sizeof(block.offsets[0]) +
             block.indices.size() * sizeof(block.indices[0]) + block.values.size() * sizeof(block.values[0]);
  return static_cast<double>(bytes);
}

}  // namespace sparselearn::bench
