#include "memory.hpp"

#include <benchmark/benchmark.h>

#include <cstring>

#include "sparselearn/engine/threads.hpp"

// Wider loads keep more of them under way: half as many get a fifth less out of the memory.
#if defined(__x86_64__) && defined(__GNUC__)
#define SPARSELEARN_WIDE_LOADS __attribute__((target_clones("avx2", "default")))
#else
#define SPARSELEARN_WIDE_LOADS
#endif

namespace sparselearn::bench {
namespace {

/// Calls body(begin, bytes) for each array of a block that a walk over its rows reads.
template <class Body>
void for_each_array(const RowBlock& block, const Body& body) {
  const auto visit = [&](const auto& array) { body(array.data(), array.size() * sizeof(array[0])); };
  visit(block.offsets);
  visit(block.indices);
  visit(block.values);
}

}  // namespace

SPARSELEARN_WIDE_LOADS
std::uint32_t read_bytes(const void* begin, std::size_t bytes) {
  const char* const from = static_cast<const char*>(begin);
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < bytes; at += sizeof(std::uint32_t)) {
    std::uint32_t word = 0;
    std::memcpy(&word, from + at, sizeof word);
    sum += word;
  }
  return sum;
}

void read_arrays(const Dataset& data) {
  const Blocks blocks = data.blocks();
  parallel_for(blocks.size(), [&](std::size_t b) {
    for_each_array(blocks[b], [](const void* begin, std::size_t bytes) {
      benchmark::DoNotOptimize(read_bytes(begin, bytes));
    });
  });
}

double bytes_of_arrays(const Dataset& data) {
  std::size_t sum = 0;
  for (const RowBlock& block : data.blocks())
    for_each_array(block, [&](const void*, std::size_t bytes) { sum += bytes; });
  return static_cast<double>(sum);
}

}  // namespace sparselearn::bench
