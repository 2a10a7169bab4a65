#include "sparselearn/train/split.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "sparselearn/base/error.hpp"
#include "train/small_data.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

TEST_CASE("subset: the wanted rows in order, with labels, weights and width") {
  Dataset data = small_data({0, 1, 2, 3, 4, 5, 6, 7}, 5);
  data.set_index_base(0);
  const std::vector<float> weights{1, 2, 3, 4, 5, 6, 7, 8};
  data.set_weights(weights);
  const Dataset part = subset(data, [](std::uint64_t i) { return i == 0 || i == 4 || i == 7; });
  REQUIRE(part.rows() == 3);
  CHECK(part.features() == 5);
  CHECK(part.index_base() == 0);
  CHECK(part.total_weight() == 1 + 5 + 8);
  const double labels[] = {0, 4, 7};
  for (std::uint64_t i = 0; i < 3; ++i) {
    const RowPlace place = part.place(i);
    CHECK(part.label(place) == labels[i]);
    REQUIRE(part.row(place).size == 1);
    CHECK(part.row(place).index[0] == static_cast<std::uint32_t>(labels[i]) % 5);
    CHECK(part.row(place).value_at(0) == static_cast<float>(labels[i]) + 1);
  }
}

TEST_CASE("subset: none and all") {
  const Dataset data = small_data({1, 2, 3, 4}, 2);
  CHECK(subset(data, [](std::uint64_t) { return false; }).rows() == 0);
  CHECK(subset(data, [](std::uint64_t) { return true; }).nonzeros() == data.nonzeros());
}

TEST_CASE("draw_rows: the exact number, by the seed, every row equally often") {
  const auto count = [](const std::vector<bool>& drawn) {
    return std::count(drawn.begin(), drawn.end(), true);
  };
  CHECK(count(draw_rows(1000, 0.1, 1)) == 100);
  CHECK(count(draw_rows(10, 1e-9, 1)) == 1);
  CHECK(count(draw_rows(10, 0.999, 1)) == 9);
  CHECK(draw_rows(1000, 0.1, 1) == draw_rows(1000, 0.1, 1));
  CHECK(draw_rows(1000, 0.1, 1) != draw_rows(1000, 0.1, 2));
  CHECK_THROWS_AS(draw_rows(1, 0.5, 1), UsageError);

  constexpr std::uint64_t rows = 20, seeds = 4000;
  std::vector<int> times(rows);
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const std::vector<bool> drawn = draw_rows(rows, 0.25, seed);
    for (std::size_t i = 0; i < rows; ++i) times[i] += drawn[i] ? 1 : 0;
  }
  // 1,000 expected, standard deviation 27; five of them are allowed.
  for (const int t : times) CHECK(std::abs(t - 1000) < 137);
}
