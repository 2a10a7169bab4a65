#include "sparselearn/engine/zeros.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "sparselearn/base/huge_vector.hpp"

using namespace sparselearn;

TEST_CASE("zeros: a vector of any length, also one that held other numbers") {
  for (const std::size_t size : {0U, 1U, 600'000U, 1'000'001U}) {
    CAPTURE(size);
    std::vector<double> plain(size / 2, 3.0);
    HugeVector<double> huge(size * 2, 4.0);
    assign_zeros(plain, size);
    assign_zeros(huge, size);
    CHECK(plain == std::vector<double>(size));
    CHECK(huge == HugeVector<double>(size, 0.0));
  }
}

TEST_CASE("zeros: memory keeps its contents while its pages are made ready, at any address") {
  constexpr std::size_t bytes = 9'000'000;
  std::vector<std::uint8_t> memory(bytes + 5000, 7);
  for (const std::size_t offset : {0U, 1U, 4095U, 4096U}) make_pages_ready(memory.data() + offset, bytes);
  CHECK(std::all_of(memory.begin(), memory.end(), [](std::uint8_t byte) { return byte == 7; }));
}
