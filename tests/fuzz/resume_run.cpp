// Fuzzer: which saved run, then changes of it: two bytes say where, one says to what, or which byte to put
// there. So the fuzzer needs no copies of saved runs, which change with the solvers.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "train/run_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sparselearn::tests;
  static const std::vector<SavedRun> runs = saved_runs();
  if (size == 0) return 0;
  const SavedRun& run = runs[bytes[0] % runs.size()];
  std::string changed = run.bytes;
  for (std::size_t k = 1; k + 4 <= size; k += 4) {
    const std::size_t at = (bytes[k] + 256U * bytes[k + 1]) % changed.size(), kind = bytes[k + 2];
    if (kind < numbers_to_write)
      changed = with_number(changed, at, kind);
    else if (kind < 128)
      changed[at] = static_cast<char>(bytes[k + 3]);
    else if (kind == 255 && at > 0)
      changed.resize(at);
    else
      changed[at] = static_cast<char>(changed[at] ^ (1 << (bytes[k + 3] % 8)));
  }
  if (!resume_fault(run, changed).empty()) std::abort();
  return 0;
}
