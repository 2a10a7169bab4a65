// Fuzzer: a word of a command line on each line, the subcommand first.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "cli/arguments_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (!arguments_fault({reinterpret_cast<const char*>(bytes), size}).empty()) std::abort();
  return 0;
}
