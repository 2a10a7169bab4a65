// Fuzzer: any bytes behind a gzip magic. Text or a DataError, and an end.
#include <cstddef>
#include <cstdint>

#include "data/gunzip_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  bool damaged = false;
  gunzipped({reinterpret_cast<const char*>(bytes), size}, damaged);
  return 0;
}
