// Fuzzer: any text as a trace, read and drawn.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "train/trace_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (!trace_fault({reinterpret_cast<const char*>(bytes), size}).empty()) std::abort();
  return 0;
}
