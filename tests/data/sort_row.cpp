// Rows of every length, sorted as by the standard library.
#include "data/sort_row.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "sparselearn/base/random.hpp"

using namespace sparselearn;

namespace {

// Distinct indices over the whole range, both ends among them where there is room.
std::vector<std::uint32_t> distinct(std::size_t size, Random& random) {
  std::set<std::uint32_t> found;
  for (const std::uint32_t end : {0U, UINT32_MAX})
    if (found.size() < size) found.insert(end);
  while (found.size() < size) found.insert(static_cast<std::uint32_t>(random.below(std::uint64_t{1} << 32)));
  std::vector<std::uint32_t> index(found.begin(), found.end());
  for (std::size_t k = size; k > 1; --k) std::swap(index[k - 1], index[random.below(k)]);
  return index;
}

}  // namespace

TEST_CASE("sort row: ascending indices, each with its value, and nothing beyond is touched") {
  Random random(7);
  std::vector<std::size_t> sizes{255, 256, 257, 300, 511, 512, 513, 700, 1500};
  for (std::size_t size = 0; size < 140; ++size) sizes.push_back(size);
  for (const std::size_t size : sizes) {
    CAPTURE(size);
    const std::vector<std::uint32_t> index = distinct(size, random);
    std::vector<std::pair<std::uint32_t, float>> expected;
    for (const std::uint32_t j : index) expected.emplace_back(j, static_cast<float>(random.uniform() - 0.5));
    std::vector<float> value;
    for (const auto& entry : expected) value.push_back(entry.second);
    std::sort(expected.begin(), expected.end());
    for (const auto sort : {sort_row, sort_by_rank_portable}) {
      if (sort == sort_by_rank_portable && size > most_by_rank_portable) continue;
      for (const bool with_values : {false, true}) {
        std::vector<std::uint32_t> sorted = index;
        std::vector<float> values = value;
        sorted.push_back(5);
        values.push_back(0.25F);
        sort(sorted.data(), with_values ? values.data() : nullptr, size);
        for (std::size_t k = 0; k < size; ++k) {
          REQUIRE(sorted[k] == expected[k].first);
          if (with_values) REQUIRE(values[k] == expected[k].second);
        }
        CHECK(sorted[size] == 5);
        CHECK(values[size] == 0.25F);
        if (!with_values) CHECK(std::equal(value.begin(), value.end(), values.begin()));
      }
    }
  }
}
