// What a fuzzer starts from and what it found, and changes of it, for the unit tests.
#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "sparselearn/base/random.hpp"

namespace sparselearn::tests {

/// The files of tests/fuzz/corpus/NAME, in an order that is always the same.
inline std::vector<std::string> corpus(const std::string& name) {
  std::vector<std::string> inputs;
  const std::string folder = std::string(SPARSELEARN_SOURCE_DIR) + "/tests/fuzz/corpus/" + name;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  std::sort(inputs.begin(), inputs.end());  // folders have no order
  return inputs;
}

/// Drops some bytes, flips a bit, or puts a number there that likes to break things.
inline void change(std::string& bytes, Random& random) {
  constexpr char special[] = {0, 1, 2, 4, 8, 16, 64, 127, -128, -1};
  if (bytes.empty()) return;
  const auto at = static_cast<std::size_t>(random.below(bytes.size()));
  if (random.below(8) == 0)
    bytes.erase(at, static_cast<std::size_t>(random.below(9)));
  else if (random.below(2) == 0)
    bytes[at] = special[random.below(sizeof special)];
  else
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
}

/// One to three changes.
inline std::string changed(std::string bytes, Random& random) {
  for (std::uint64_t changes = 1 + random.below(3); changes > 0; --changes) change(bytes, random);
  return bytes;
}

/// How many inputs were read to their end: of the corpus as it is, and of its changes.
struct Replayed {
  int whole = 0, changed = 0;
};

/// Gives fault(bytes, &was_read) every input of the corpus and `changes` changes of each; it must return "".
template <class Fault>
Replayed replay(const std::string& name, std::uint64_t seed, int changes, const Fault& fault) {
  Random random(seed);
  Replayed read;
  for (const std::string& original : corpus(name)) {
    bool was_read = false;
    CHECK(fault(original, &was_read) == "");
    read.whole += was_read ? 1 : 0;
    for (int k = 0; k < changes; ++k) {
      const std::string bytes = changed(original, random);
      CAPTURE(bytes);
      was_read = false;
      CHECK(fault(bytes, &was_read) == "");
      read.changed += was_read ? 1 : 0;
    }
  }
  return read;
}

}  // namespace sparselearn::tests
