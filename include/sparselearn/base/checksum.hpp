// The checksums of the binary files the program writes.
#pragma once
#include <cstdint>
#include <string_view>

namespace sparselearn {

/// CRC-64/XZ (polynomial of ECMA-182, reflected), for models and whatever is small. It finds every error
/// burst of up to 64 bits and misses others once in 2^64. Of a longer text in pieces when given the checksum
/// of what came before.
std::uint64_t checksum(std::string_view bytes, std::uint64_t before = 0);

/// For data, at the speed of memory. It finds every error within one aligned word of 8 bytes and misses
/// others once in about 2^64. The same on every machine.
std::uint64_t fast_checksum(std::string_view bytes);

}  // namespace sparselearn
