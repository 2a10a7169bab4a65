#include "sparselearn/train/used_features.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

#include "sparselearn/data/generate.hpp"
#include "sparselearn/train/normalization.hpp"
#include "sparselearn/train/to_model.hpp"
#include "sparselearn/train/train.hpp"
#include "support/random_rows.hpp"
#include "temporary_folder.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

// Rows whose features are 10, 20, 30 ... of many.
Dataset wide_rows(std::uint64_t seed) {
  RandomRows shape;
  shape.seed = seed;
  Dataset narrow = random_rows(shape);
  std::vector<std::uint32_t> number(shape.features);
  for (std::uint32_t j = 0; j < number.size(); ++j) number[j] = 10 * j + 10;
  narrow.renumber_features(number, 400);
  return narrow;
}

// More features than weights stay in the cache, of which most occur; a frequent one has any number.
Dataset many_features() {
  DataShape shape;
  shape.rows = 100'000;
  shape.features = 200'000;
  shape.nonzeros_per_row = 20;
  shape.zipf = 0.5;
  return generated(shape);
}

Model fitted(const Dataset& data, std::vector<double>& objectives) {
  const auto loss = loss::make("logistic");
  const Problem problem(data, *loss, {0.01, 0.05}, true);
  TrainHooks hooks;
  hooks.on_row = [&](const TraceRow& row) { objectives.push_back(row.objective); };
  const TrainResult result = train(problem, *solver::make("saga", {}), {.epochs = 20, .tolerance = 0}, hooks);
  return to_model(problem, result.weights);
}

}  // namespace

TEST_CASE("renumbered features: rows keep their values, others' unknown features leave") {
  const Dataset before = wide_rows(5);
  Dataset after = before, other = wide_rows(6);
  const UsedFeatures used(after);
  REQUIRE(used.renumbered());
  CHECK(used.all() == 400);
  CHECK(after.features() == 20);  // 24, of which a fifth occurs in no row
  CHECK(after.nonzeros() == before.nonzeros());
  for (std::uint64_t i = 0; i < before.rows(); ++i) {
    const RowView a = before.row(before.place(i)), b = after.row(after.place(i));
    REQUIRE(a.size == b.size);
    for (std::size_t k = 0; k < a.size; ++k) {
      CHECK(a.index[k] == 10 * b.index[k] + 10);
      CHECK(a.value_at(k) == b.value_at(k));
    }
  }
  RowBlock strange;
  for (const std::uint32_t j : {0U, 10U, 11U, 500U}) {
    strange.indices.push_back(j);
    strange.values.push_back(static_cast<float>(j));
  }
  strange.offsets.push_back(4);
  strange.labels.push_back(1);
  other.append(std::move(strange));
  used.apply(other);
  const RowView last = other.row(other.place(other.rows() - 1));
  REQUIRE(last.size == 1);
  CHECK(last.index[0] == 0);
  CHECK(last.value[0] == 10);
  CHECK(other.features() == 20);
}

TEST_CASE("renumbered features: the same model, with zeros where no row has the feature") {
  const Dataset before = wide_rows(5);
  Dataset after = before;
  const UsedFeatures used(after);
  std::vector<double> way, same_way;
  const Model whole = fitted(before, way);
  Model model = fitted(after, same_way);
  used.widen(model);
  REQUIRE(model.features == whole.features);
  REQUIRE(model.weights.size() == whole.weights.size());
  for (std::size_t j = 0; j < whole.weights.size(); ++j)
    CHECK(model.weights[j] == doctest::Approx(whole.weights[j]).epsilon(1e-12));
  REQUIRE(way.size() == same_way.size());
  for (std::size_t k = 0; k < way.size(); ++k) CHECK(way[k] == doctest::Approx(same_way[k]).epsilon(1e-12));
}

TEST_CASE("renumbered features: a model that lists its features is written as one of all") {
  Dataset rows = wide_rows(5);
  const FeatureScales scales = FeatureScales::max_abs(rows);
  const UsedFeatures used(rows);
  std::vector<double> way;
  Model model = fitted(rows, way);
  model.loss = "logistic";
  model.labels = {-1, 1};
  Model whole = model;
  used.name(model);
  scales.unscale(model);
  used.widen(whole);
  scales.unscale(whole);
  REQUIRE(model.listed.size() == 20);
  CHECK(model.features == whole.features);
  CHECK(model.nonzeros() == whole.nonzeros());
  const TemporaryFolder folder;
  for (const ModelFormat format : {ModelFormat::text, ModelFormat::binary, ModelFormat::liblinear,
                                   ModelFormat::json, ModelFormat::csv, ModelFormat::vw}) {
    write_model(model, folder / "listed", format);
    write_model(whole, folder / "whole", format);
    CHECK(read_text(folder / "listed") == read_text(folder / "whole"));
  }
  for (Model* const each : {&model, &whole}) {  // the same weights as those of two scores a row
    each->loss = "softmax";
    each->outputs = 2;
    each->bias = {0, 0};
    std::vector<double> twice;
    for (const double w : each->weights) twice.insert(twice.end(), {w, 2 * w});
    each->weights = twice;
  }
  for (const ModelFormat format : {ModelFormat::text, ModelFormat::binary, ModelFormat::liblinear,
                                   ModelFormat::json, ModelFormat::csv}) {
    write_model(model, folder / "listed", format);
    write_model(whole, folder / "whole", format);
    CHECK(read_text(folder / "listed") == read_text(folder / "whole"));
  }
  double score = 0;
  CHECK_THROWS_AS(model.score(rows.row({0, 0}), &score), std::logic_error);
}

TEST_CASE(
    "many features: the frequent ones come first, then the earlier; rows stay sorted, the model is the "
    "same") {
  const Dataset before = many_features();
  Dataset after = before, kept = before;
  CHECK_FALSE(UsedFeatures(kept, UsedFeatures::Order::kept).renumbered());
  const UsedFeatures used(after);
  REQUIRE(used.used().size() > 1 << 17);
  REQUIRE(after.features() == used.used().size());

  std::vector<std::uint64_t> times(after.features());
  std::map<std::uint32_t, std::uint64_t> first;  // how many features the rows have before this one
  std::uint64_t misplaced = 0;
  for (std::uint64_t i = 0; i < before.rows(); ++i) {
    const RowView a = before.row(before.place(i)), b = after.row(after.place(i));
    REQUIRE(a.size == b.size);
    REQUIRE(std::is_sorted(b.index, b.index + b.size));
    std::map<std::uint32_t, float> row;
    for (std::size_t k = 0; k < b.size; ++k) {
      row[used.used()[b.index[k]]] = b.value_at(k);
      ++times[b.index[k]];
    }
    for (std::size_t k = 0; k < a.size; ++k) {
      misplaced += !row.contains(a.index[k]) || row[a.index[k]] != a.value_at(k) ? 1 : 0;
      first.emplace(a.index[k], first.size());
    }
  }
  CHECK(misplaced == 0);
  for (std::size_t k = 1; k < times.size(); ++k)
    misplaced += times[k] > times[k - 1] ||
                 (times[k] == times[k - 1] && first[used.used()[k]] < first[used.used()[k - 1]]);
  CHECK(misplaced == 0);

  std::vector<double> way, same_way;
  const Model whole = fitted(before, way);
  Model model = fitted(after, same_way);
  used.widen(model);
  REQUIRE(model.weights.size() == whole.weights.size());
  double largest = 0;
  for (std::size_t j = 0; j < whole.weights.size(); ++j)
    largest = std::max(largest, std::abs(model.weights[j] - whole.weights[j]));
  CHECK(largest < 1e-12);
}

TEST_CASE("features are left alone where most occur, and where there are many nonzeros") {
  Dataset data = random_rows({});
  CHECK_FALSE(UsedFeatures(data).renumbered());
  Dataset none;
  CHECK_FALSE(UsedFeatures(none).renumbered());
}
