#include "sparselearn/train/normalization.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "support/copies.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

// The columns of a data set in dense form.
std::vector<std::vector<double>> columns(const Dataset& data) {
  std::vector<std::vector<double>> dense(data.features(), std::vector<double>(data.rows()));
  for (std::uint64_t i = 0; i < data.rows(); ++i) {
    const RowView row = data.row(data.place(i));
    for (std::size_t k = 0; k < row.size; ++k) dense[row.index[k]][i] = static_cast<double>(row.value_at(k));
  }
  return dense;
}

double deviation(const std::vector<double>& values) {
  double mean = 0, square = 0;
  for (const double v : values) mean += v / static_cast<double>(values.size());
  for (const double v : values) square += (v - mean) * (v - mean) / static_cast<double>(values.size());
  return std::sqrt(square);
}

double largest(const std::vector<double>& values) {
  double found = 0;
  for (const double v : values) found = std::max(found, std::abs(v));
  return found;
}

Dataset of_ones() {
  RowBlock block;
  for (const std::size_t size : {2UL, 0UL, 4UL}) {
    for (std::uint32_t j = 0; j < size; ++j) block.indices.push_back(j);
    block.offsets.push_back(block.indices.size());
    block.labels.push_back(1);
  }
  Dataset data;
  data.append(std::move(block));
  return data;
}

}  // namespace

TEST_CASE("normalize_rows: length 1, empty rows stay, zeros stay, also where all values were 1") {
  for (Dataset data : {random_rows({}), of_ones()}) {
    const Dataset before = data;
    normalize_rows(data);
    CHECK(data.nonzeros() == before.nonzeros());
    CHECK(data.features() == before.features());
    for (std::uint64_t i = 0; i < data.rows(); ++i) {
      const RowView row = data.row(data.place(i)), old = before.row(before.place(i));
      REQUIRE(row.size == old.size);
      if (row.size == 0) continue;
      const double length = std::sqrt(squared_norm(old));
      CHECK(squared_norm(row) == doctest::Approx(1).epsilon(1e-6));
      for (std::size_t k = 0; k < row.size; ++k)
        CHECK(static_cast<double>(row.value_at(k)) ==
              doctest::Approx(static_cast<double>(old.value_at(k)) / length).epsilon(1e-6));
    }
  }
}

TEST_CASE("feature scales: afterwards the largest value or the deviation is 1; features without one stay") {
  const Dataset data = random_rows({});
  Dataset by_largest = data, by_deviation = data;
  FeatureScales::max_abs(data).apply(by_largest);
  FeatureScales::standard(data).apply(by_deviation);
  const auto before = columns(data), a = columns(by_largest), b = columns(by_deviation);
  for (std::size_t j = 0; j < before.size(); ++j) {
    CHECK(largest(a[j]) == doctest::Approx(largest(before[j]) > 0 ? 1 : 0).epsilon(1e-6));
    CHECK(deviation(b[j]) == doctest::Approx(largest(before[j]) > 0 ? 1 : 0).epsilon(1e-6));
  }
  CHECK(by_deviation.nonzeros() == data.nonzeros());  // nothing is centred

  Dataset ones;  // a feature that is the same in all rows has no deviation
  for (int i = 0; i < 3; ++i) {
    RowBlock block;
    block.indices = {0};
    block.values = {0.1F};
    block.offsets = {0, 1};
    block.labels = {1};
    ones.append(std::move(block));
  }
  FeatureScales::standard(ones).apply(ones);
  CHECK(ones.row({2, 0}).value_at(0) == 0.1F);
}

TEST_CASE("feature scales: weight k is k copies") {
  const WeightsAndCopies data({}, {-1, 1});
  for (const auto make : {FeatureScales::max_abs, FeatureScales::standard}) {
    Model one, other;
    one.features = other.features = data.weighted.features();
    one.weights.assign(one.features, 1.0);
    other.weights.assign(one.features, 1.0);
    make(data.weighted).scale(one);
    make(data.copied).scale(other);
    for (std::size_t j = 0; j < one.weights.size(); ++j)
      CHECK(one.weights[j] == doctest::Approx(other.weights[j]).epsilon(1e-12));
  }
}

TEST_CASE("feature scales: the unscaled model scores rows as the scaled model does scaled rows") {
  const Dataset data = random_rows({});
  Random random(1);
  for (const std::size_t outputs : {1UL, 3UL}) {
    const FeatureScales scales = FeatureScales::standard(data);
    Dataset scaled = data;
    scales.apply(scaled);
    Model model;
    model.features = data.features();
    model.outputs = outputs;
    model.bias.assign(outputs, 0.5);
    for (std::size_t k = 0; k < outputs * data.features(); ++k)
      model.weights.push_back(random.uniform() - 0.5);
    Model unscaled = model;
    scales.unscale(unscaled);
    std::vector<double> z(outputs), y(outputs);
    for (std::uint64_t i = 0; i < data.rows(); ++i) {
      model.score(scaled.row(scaled.place(i)), z.data());
      unscaled.score(data.row(data.place(i)), y.data());
      for (std::size_t c = 0; c < outputs; ++c) CHECK(z[c] == doctest::Approx(y[c]).epsilon(1e-5));
    }
    scales.scale(unscaled);
    for (std::size_t k = 0; k < model.weights.size(); ++k)
      CHECK(unscaled.weights[k] == doctest::Approx(model.weights[k]).epsilon(1e-12));
  }
}
