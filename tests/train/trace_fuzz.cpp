// What the fuzzer of traces starts from and what it found, and changes of it, on every run of the tests.
#include "trace_fuzz.hpp"

#include <doctest/doctest.h>

#include "support/corpus.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

TEST_CASE("trace fuzz: the corpus, and changes of it") {
  const Replayed read = replay("read_trace", 9, 300, trace_fault);
  CHECK(read.whole >= 2);
  CHECK(read.changed > 100);  // changed, and still a trace
}
