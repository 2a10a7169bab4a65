// The checksum of every binary file the program writes: CRC-64/XZ (polynomial of ECMA-182, reflected). It
// finds every error burst of up to 64 bits and misses others once in 2^64.
#pragma once
#include <cstdint>
#include <string_view>

namespace sparselearn {

/// The checksum of `bytes`; of a longer text in pieces when given the checksum of what came before.
std::uint64_t checksum(std::string_view bytes, std::uint64_t before = 0);

}  // namespace sparselearn
