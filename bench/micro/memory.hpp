// One read of the arrays of a data set, as fast as the machine's memory gives them: the unit in which the
// benches measure.
#pragma once
#include <cstddef>
#include <cstdint>

#include "sparselearn/data/dataset.hpp"

namespace sparselearn::bench {

/// Reads so many bytes, a multiple of four; returns the sum of their 32-bit words.
std::uint32_t read_bytes(const void* begin, std::size_t bytes);

/// Reads offsets, indices and values of every block once, on the threads allowed.
void read_arrays(const Dataset& data);

/// Bytes that read_arrays() reads.
double bytes_of_arrays(const Dataset& data);

}  // namespace sparselearn::bench
