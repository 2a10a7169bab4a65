#include "data/non_digits.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sparselearn/base/random.hpp"

using namespace sparselearn;

TEST_CASE(
    "every way to find non-digits agrees with looking at each byte, whatever the bytes and the length") {
  Random random(7);
  for (std::size_t size = 0; size < 300; ++size) {
    std::string text;
    for (std::size_t k = 0; k < size + non_digits_overrun; ++k)
      text += static_cast<char>(random.below(2) == 0 ? '0' + random.below(10) : random.below(256));
    std::vector<std::uint32_t> expected;
    for (std::size_t k = 0; k < size; ++k)
      if (text[k] < '0' || text[k] > '9') expected.push_back(static_cast<std::uint32_t>(k));
    for (const NonDigitFinder find : non_digit_finders()) {
      std::vector<std::uint32_t> found(size + non_digits_overrun);
      found.resize(find(text.data(), size, found.data()));
      CHECK(found == expected);
    }
  }
}
