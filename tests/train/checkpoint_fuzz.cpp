// What the fuzzer of checkpoints starts from and what it found, and changes of it, on every run of the tests.
#include "checkpoint_fuzz.hpp"

#include <doctest/doctest.h>

#include "support/corpus.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

TEST_CASE("checkpoint fuzz: the corpus, and changes of it") {
  const Replayed read = replay("read_checkpoint", 5, 300, checkpoint_fault);
  CHECK(read.whole >= 2);
  CHECK(read.changed > 100);  // changed, and still a checkpoint
}
