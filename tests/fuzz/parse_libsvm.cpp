// Fuzzer: the first byte chooses the format, the rest is text for the parser and the reference.
//   cmake -S . -B build/fuzz -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DSPARSELEARN_FUZZ=ON
//   -DSPARSELEARN_TESTS=ON build/fuzz/tests/fuzz_parse_libsvm tests/fuzz/corpus/parse_libsvm
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/compare_parsers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  if (!difference(text, numbered_format(bytes[0])).empty()) std::abort();
  return 0;
}
