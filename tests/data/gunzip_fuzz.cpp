// What the fuzzer of gzip starts from, and changes of it, on every run of the tests.
#include "gunzip_fuzz.hpp"

#include <doctest/doctest.h>

#include "support/corpus.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

TEST_CASE("gunzip fuzz: the corpus, and changes of it") {
  Random random(4);
  int whole = 0, damaged = 0;
  for (const std::string& original : corpus("gunzip")) {
    bool damage = false;
    CHECK(gunzipped(original, damage) > 0);
    whole += damage ? 0 : 1;
    for (int k = 0; k < 300; ++k) {
      const std::string bytes = changed(original, random);
      CHECK(gunzipped(bytes, damage) <= 1032 * (bytes.size() + 3));  // deflate can not say more
      damaged += damage ? 1 : 0;
    }
  }
  CHECK(whole >= 3);
  CHECK(damaged > 300);
}
