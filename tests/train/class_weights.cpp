#include "sparselearn/train/class_weights.hpp"

#include <doctest/doctest.h>

#include "sparselearn/base/error.hpp"
#include "train/small_data.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {
double weight_of(const Dataset& data, std::uint64_t row) { return data.weight(data.place(row)); }
}  // namespace

TEST_CASE("balance_labels: every label weighs N / K") {
  Dataset data = small_data({1, 1, 1, 2, 1, 1, 1, 2}, 4);
  balance_labels(data);
  CHECK(weight_of(data, 0) == doctest::Approx(8.0 / (2 * 6)));
  CHECK(weight_of(data, 3) == 2);
  CHECK(data.total_weight() == doctest::Approx(8));
}

TEST_CASE("weigh_labels: labels named are multiplied, others stay, on top of row weights") {
  Dataset data = small_data({1, 2, 3}, 4);
  data.set_weights(std::vector<float>{1, 2, 3});
  weigh_labels(data, {{2, 10}, {3, 0}});
  CHECK(weight_of(data, 0) == 1);
  CHECK(weight_of(data, 1) == 20);
  CHECK(weight_of(data, 2) == 0);
  CHECK_THROWS_AS(weigh_labels(data, {{7, 1}}), UsageError);
}
