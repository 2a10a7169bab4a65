// Fuzzer: any bytes as a model, text or binary.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "model/model_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (!model_fault({reinterpret_cast<const char*>(bytes), size}).empty()) std::abort();
  return 0;
}
