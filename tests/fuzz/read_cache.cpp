// Fuzzer: any bytes as a cache, its checksums made good.
//   build/fuzz/tests/fuzz_read_cache tests/fuzz/corpus/read_cache
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "data/cache_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(bytes), size);
  if (!cache_fault(input, true).empty()) std::abort();
  return 0;
}
