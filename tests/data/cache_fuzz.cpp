// What the fuzzer starts from and what it found, and some thousand changes of it, on every run of the tests.
#include "cache_fuzz.hpp"

#include <doctest/doctest.h>

#include "support/corpus.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

TEST_CASE("cache fuzz: the corpus as it is, which can be read") {
  const std::vector<std::string> inputs = corpus("read_cache");
  CHECK(inputs.size() >= 4);
  for (const std::string& bytes : inputs)
    for (const bool reseal : {false, true}) {
      bool was_read = false;
      CHECK(cache_fault(bytes, reseal, &was_read) == "");
      CHECK(was_read);
    }
}

TEST_CASE("cache fuzz: changes of the corpus, with checksums that hold") {
  Random random(7);
  int read = 0;
  for (const std::string& original : corpus("read_cache"))
    for (int k = 0; k < 1000; ++k) {
      bool was_read = false;
      const std::string wrong = cache_fault(changed(original, random), true, &was_read);
      CAPTURE(k);
      CHECK(wrong == "");
      read += was_read ? 1 : 0;
    }
  CHECK(read > 100);  // changed, and still a cache: the checksums were made good
}
