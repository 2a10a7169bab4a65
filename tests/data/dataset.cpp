// What a data set is given from outside, what does not fit it, and how far it counts.
#include "sparselearn/data/dataset.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/random.hpp"
#include "support/random_rows.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

TEST_CASE("data set: labels and weights are set a row each, over all blocks") {
  Dataset data = random_rows({});
  REQUIRE(data.blocks().size() == 3);
  std::vector<double> labels(data.rows());
  std::vector<float> weights(data.rows());
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    labels[i] = static_cast<double>(i);
    weights[i] = static_cast<float>(i % 4);
    sum += static_cast<double>(i % 4);
  }
  data.set_labels(labels);
  data.set_weights(weights);
  for (std::uint64_t i = 0; i < data.rows(); ++i) {
    const RowPlace place = data.place(i);
    CHECK(data.blocks()[place.block].labels[place.row] == labels[i]);
    CHECK(data.weight(place) == static_cast<double>(weights[i]));
  }
  CHECK(data.weighted());
  CHECK(data.total_weight() == sum);
}

TEST_CASE("data set: rows of any length are in order after their features are renumbered") {
  constexpr std::uint32_t features = 400;
  Random random(7);
  std::vector<std::uint32_t> number(features);
  std::iota(number.begin(), number.end(), 0U);
  random.shuffle(std::span(number));
  for (const bool with_values : {false, true}) {
    RowBlock block;
    for (std::uint32_t size = 0; size <= 300; size += size < 140 ? 1 : 23) {
      std::vector<std::uint32_t> drawn(features);
      std::iota(drawn.begin(), drawn.end(), 0U);
      random.shuffle(std::span(drawn));
      std::sort(drawn.begin(), drawn.begin() + size);
      block.indices.insert(block.indices.end(), drawn.begin(), drawn.begin() + size);
      for (std::uint32_t k = 0; with_values && k < size; ++k)
        block.values.push_back(static_cast<float>(random.uniform()));
      block.offsets.push_back(block.indices.size());
      block.labels.push_back(1);
    }
    const RowBlock before = block;
    Dataset data;
    data.append(std::move(block));
    data.renumber_features(number, features);
    for (std::uint32_t r = 0; r < before.rows(); ++r) {
      std::vector<std::pair<std::uint32_t, float>> expected, found;
      const RowView old = before.row(r), row = data.row({0, r});
      for (std::size_t k = 0; k < old.size; ++k) expected.emplace_back(number[old.index[k]], old.value_at(k));
      for (std::size_t k = 0; k < row.size; ++k) found.emplace_back(row.index[k], row.value_at(k));
      std::sort(expected.begin(), expected.end());
      CHECK(found == expected);
    }
  }
}

TEST_CASE("data set: features of a set are renumbered in their order, others leave") {
  HugeVector<std::uint64_t> bits(4, 0);
  for (const std::uint32_t j : {3U, 63U, 64U, 200U}) bits[j / 64] |= std::uint64_t{1} << j % 64;
  const FeatureSet set(std::move(bits));
  CHECK(set.features() == std::vector<std::uint32_t>{3, 63, 64, 200});
  RowBlock block;
  for (const std::uint32_t j : {0U, 3U, 62U, 64U, 199U, 200U, 255U, 256U, 70'000U})
    block.indices.push_back(j);
  block.offsets.push_back(block.indices.size());
  block.labels.push_back(1);
  Dataset data;
  data.append(std::move(block));
  data.renumber_features(set);
  CHECK(data.features() == 4);
  const RowView row = data.row({0, 0});
  CHECK(std::vector<std::uint32_t>(row.index, row.index + row.size) == std::vector<std::uint32_t>{0, 2, 3});
}

TEST_CASE("data set: what does not fit its rows is refused, and changes nothing") {
  Dataset data = random_rows({});
  const std::vector<double> labels(82, 5.0);
  std::vector<float> weights(82, 1.0F);
  CHECK_THROWS_WITH_AS(data.set_labels(labels), "82 labels for 83 rows", UsageError);
  CHECK_THROWS_WITH_AS(data.set_weights(weights), "82 weights for 83 rows", UsageError);
  weights.push_back(0);
  for (const float bad :
       {-1.0F, std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    weights[41] = bad;
    CHECK_THROWS_WITH_AS(data.set_weights(weights), "weight 42 is not a finite number from 0 up", UsageError);
  }
  CHECK_THROWS_WITH_AS(data.set_features(23), "the data have 24 features, more than the 23 asked for",
                       UsageError);
  CHECK(!data.weighted());
  CHECK(data.total_weight() == 83);
  CHECK(data.features() == 24);
  CHECK(data.distinct_labels(10).size() == 2);
}

TEST_CASE("data set: rows and nonzeros are counted beyond 2^32, on blocks that are shared") {
  constexpr std::uint64_t beyond = std::uint64_t{1} << 32;
  RowBlock block;
  constexpr std::uint64_t wide = std::uint64_t{1} << 20;
  for (std::uint32_t j = 0; j < wide; ++j) block.indices.push_back(j);
  block.offsets.push_back(wide);
  block.labels.push_back(1);
  Dataset one, many;
  one.append(std::move(block));
  for (std::uint64_t k = 0; k < beyond / wide + 1; ++k) many.share(one, 0);
  CHECK(many.nonzeros() == beyond + wide);

  RowBlock empty_rows;
  empty_rows.offsets.resize(wide + 1, 0);
  empty_rows.labels.resize(wide, 0.0);
  Dataset rows, more_rows;
  rows.append(std::move(empty_rows));
  for (std::uint64_t k = 0; k < beyond / wide + 1; ++k) more_rows.share(rows, 0);
  CHECK(more_rows.rows() == beyond + wide);
  CHECK(more_rows.total_weight() == static_cast<double>(beyond + wide));
  const RowPlace last = more_rows.place(beyond + 7);
  CHECK(last.block == beyond / wide);
  CHECK(last.row == 7);
  CHECK(more_rows.number(last) == beyond + 7);
}
