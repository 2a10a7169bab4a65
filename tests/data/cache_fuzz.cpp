// What the fuzzer starts from and what it found, and some thousand changes of it, on every run of the tests.
#include "cache_fuzz.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "sparselearn/base/random.hpp"

using namespace sparselearn;

namespace {

std::vector<std::string> corpus() {
  std::vector<std::string> inputs;
  const std::string folder = std::string(SPARSELEARN_SOURCE_DIR) + "/tests/fuzz/corpus/read_cache";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  std::sort(inputs.begin(), inputs.end());  // folders have no order
  return inputs;
}

void change(std::string& bytes, Random& random) {
  constexpr char special[] = {0, 1, 2, 4, 8, 16, 64, 127, -128, -1};
  const auto at = static_cast<std::size_t>(random.below(bytes.size()));
  if (random.below(8) == 0)
    bytes.erase(at, static_cast<std::size_t>(random.below(9)));
  else if (random.below(2) == 0)
    bytes[at] = special[random.below(sizeof special)];
  else
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
}

}  // namespace

TEST_CASE("cache fuzz: the corpus as it is, which can be read") {
  const std::vector<std::string> inputs = corpus();
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
  for (const std::string& original : corpus())
    for (int k = 0; k < 1000; ++k) {
      std::string bytes = original;
      for (std::uint64_t changes = 1 + random.below(3); changes > 0; --changes) change(bytes, random);
      bool was_read = false;
      const std::string wrong = cache_fault(bytes, true, &was_read);
      CAPTURE(k);
      CHECK(wrong == "");
      read += was_read ? 1 : 0;
    }
  CHECK(read > 100);  // changed, and still a cache: the checksums were made good
}
