// What the fuzzer of checkpoints starts from and what it found, and changes of it, on every run of the tests.
#include "checkpoint_fuzz.hpp"

#include <doctest/doctest.h>

#include "support/corpus.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

TEST_CASE("checkpoint fuzz: the corpus, and changes of it") {
  Random random(5);
  int whole = 0, read = 0;
  for (const std::string& original : corpus("read_checkpoint")) {
    bool was_read = false;
    CHECK(checkpoint_fault(original, &was_read) == "");
    whole += was_read ? 1 : 0;
    for (int k = 0; k < 300; ++k) {
      was_read = false;
      CHECK(checkpoint_fault(changed(original, random), &was_read) == "");
      read += was_read ? 1 : 0;
    }
  }
  CHECK(whole >= 2);
  CHECK(read > 100);  // changed, and still a checkpoint
}
