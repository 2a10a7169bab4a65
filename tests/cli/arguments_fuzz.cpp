// What the fuzzer of the command line starts from and what it found, and changes of it, on every run of the
// tests.
#include "arguments_fuzz.hpp"

#include <doctest/doctest.h>

#include "support/corpus.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

TEST_CASE("arguments fuzz: the corpus, and changes of it") {
  const Replayed read = replay("parse_arguments", 2, 100, arguments_fault);
  CHECK(read.whole >= 5);
  CHECK(read.changed > 50);  // changed, and still a command
}
