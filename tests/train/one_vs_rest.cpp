#include "sparselearn/train/one_vs_rest.hpp"

#include <doctest/doctest.h>

#include "train/small_data.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

Model class_model(double weight) {
  Model model;
  model.features = 2;
  model.weights = {weight, -weight};
  model.bias = {10 * weight};
  return model;
}

TrainResult class_result(double value, bool converged) {
  TrainResult result;
  result.last.objective = value;
  result.last.updates = 5;
  result.certificate = {Certificate::Kind::duality_gap, converged, value, 1, converged ? "" : "epoch limit"};
  return result;
}

}  // namespace

TEST_CASE("OneVsRest: selects a class again and again") {
  Dataset data = small_data({0, 2, 1, 1, 2}, 2);
  OneVsRest classes(data, 3);
  const double expected[3][5] = {{1, -1, -1, -1, -1}, {-1, -1, 1, 1, -1}, {-1, 1, -1, -1, 1}};
  for (const std::size_t c : {2U, 0U, 1U}) {
    classes.select(c);
    for (std::uint64_t i = 0; i < 5; ++i) CHECK(data.label(data.place(i)) == expected[c][i]);
  }
}

TEST_CASE("OneVsRest: rows of lists have any number of classes") {
  Dataset data;
  for (const std::vector<std::vector<double>>& lists :
       {std::vector<std::vector<double>>{{0, 2}, {}}, std::vector<std::vector<double>>{{1, 2}, {2}, {}}}) {
    RowBlock block;
    block.lists.offsets.push_back(0);
    for (const std::vector<double>& list : lists) {
      block.offsets.push_back(0);
      block.labels.push_back(0);
      block.lists.labels.insert(block.lists.labels.end(), list.begin(), list.end());
      block.lists.offsets.push_back(block.lists.labels.size());
    }
    data.append(std::move(block));
  }
  OneVsRest classes(data, 3);
  const double expected[3][5] = {{1, -1, -1, -1, -1}, {-1, -1, 1, -1, -1}, {1, -1, 1, 1, -1}};
  for (const std::size_t c : {1U, 2U, 0U}) {
    classes.select(c);
    for (std::uint64_t i = 0; i < 5; ++i) CHECK(data.label(data.place(i)) == expected[c][i]);
  }
  CHECK(classes.rows_of(0) == 1);
  CHECK(classes.rows_of(2) == 3);
}

TEST_CASE("OneVsRest: weights side by side, sums of work, the worst certificate") {
  Dataset data = small_data({0, 1, 2}, 2);
  OneVsRest classes(data, 3);
  classes.keep(class_model(1), class_result(0.5, true));
  classes.keep(class_model(2), class_result(3, false));
  classes.keep(class_model(3), class_result(0.25, true));
  CHECK(classes.model().outputs == 3);
  CHECK(classes.model().weights == std::vector<double>{1, 2, 3, -1, -2, -3});
  CHECK(classes.model().bias == std::vector<double>{10, 20, 30});
  CHECK(classes.result().last.objective == 3.75);
  CHECK(classes.result().last.updates == 15);
  CHECK_FALSE(classes.result().certificate.converged);
  CHECK(classes.result().certificate.value == 3);
}
