// Fuzzer: a saved run of any solver, changed as the bytes say.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "train/run_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sparselearn::tests;
  static const std::vector<SavedRun> runs = saved_runs();
  if (size == 0) return 0;
  const std::string_view script(reinterpret_cast<const char*>(bytes), size);
  const SavedRun& run = runs[bytes[0] % runs.size()];
  if (!resume_fault(run, changed_as(script, run.bytes)).empty()) std::abort();
  return 0;
}
