// What the fuzzer of the command line starts from and what it found, and changes of it, on every run of the
// tests.
#include "arguments_fuzz.hpp"

#include <doctest/doctest.h>

#include "support/corpus.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

TEST_CASE("arguments fuzz: the corpus, and changes of it") {
  Random random(2);
  int whole = 0, read = 0;
  for (const std::string& original : corpus("parse_arguments")) {
    bool was_read = false;
    CHECK(arguments_fault(original, &was_read) == "");
    whole += was_read ? 1 : 0;
    for (int k = 0; k < 100; ++k) {
      const std::string words = changed(original, random);
      CAPTURE(words);
      was_read = false;
      CHECK(arguments_fault(words, &was_read) == "");
      read += was_read ? 1 : 0;
    }
  }
  CHECK(whole >= 5);
  CHECK(read > 50);  // changed, and still a command
}
