// What a data set is given from outside: widths, labels and weights that do not fit it.
#include "sparselearn/data/dataset.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "sparselearn/base/error.hpp"
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
