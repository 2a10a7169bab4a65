// What the fuzzer of models starts from and what it found, and some thousand changes of it, on every run of
// the tests.
#include "model_fuzz.hpp"

#include <doctest/doctest.h>

#include "support/corpus.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

TEST_CASE("model fuzz: the corpus, and changes of it") {
  const std::vector<std::string> inputs = corpus("read_model");
  Random random(3);
  int whole = 0, read = 0;
  for (const std::string& original : inputs) {
    bool was_read = false;
    CHECK(model_fault(original, &was_read) == "");
    whole += was_read ? 1 : 0;
    for (int k = 0; k < 300; ++k) {
      const std::string bytes = changed(original, random);
      CAPTURE(bytes);
      was_read = false;
      CHECK(model_fault(bytes, &was_read) == "");
      read += was_read ? 1 : 0;
    }
  }
  CHECK(whole >= 4);
  CHECK(read > 100);  // changed, and still a model
}
