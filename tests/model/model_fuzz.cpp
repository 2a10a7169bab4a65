// What the fuzzer of models starts from and what it found, and some thousand changes of it, on every run of
// the tests.
#include "model_fuzz.hpp"

#include <doctest/doctest.h>

#include "support/corpus.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

TEST_CASE("model fuzz: the corpus, and changes of it") {
  const Replayed read = replay("read_model", 3, 300, model_fault);
  CHECK(read.whole >= 4);
  CHECK(read.changed > 100);  // changed, and still a model
}
