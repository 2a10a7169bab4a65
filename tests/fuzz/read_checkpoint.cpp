// Fuzzer: any bytes as a checkpoint, its checksum made good.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "train/checkpoint_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (!checkpoint_fault({reinterpret_cast<const char*>(bytes), size}).empty()) std::abort();
  return 0;
}
