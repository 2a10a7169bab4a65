#include "sparselearn/train/list_evaluation.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/random.hpp"
#include "sparselearn/engine/threads.hpp"

using namespace sparselearn;

namespace {

constexpr std::uint32_t features = 5;
const std::vector<double> labels{-3, 0.5, 2, 40};

Model random_model(Random& random) {
  Model model;
  model.loss = "squared-hinge";
  model.multilabel = true;
  model.features = features;
  model.outputs = labels.size();
  model.labels = labels;
  model.bias.assign(model.outputs, 0.25);
  for (std::size_t k = 0; k < features * model.outputs; ++k) model.weights.push_back(random.uniform() - 0.5);
  return model;
}

/// Rows of one feature, some of them beyond the model's, with lists of labels, some of which it does not
/// have.
RowBlock random_rows(Random& random, std::size_t rows) {
  RowBlock block;
  block.lists.offsets.push_back(0);
  for (std::size_t r = 0; r < rows; ++r) {
    block.indices.push_back(static_cast<std::uint32_t>(random.below(features + 1)));
    block.values.push_back(static_cast<float>(random.uniform()) * 4);
    block.offsets.push_back(block.indices.size());
    block.labels.push_back(0);
    for (const double label : {-3.0, 0.5, 2.0, 7.0, 40.0})
      if (random.below(3) == 0) block.lists.labels.push_back(label);
    block.lists.offsets.push_back(block.lists.labels.size());
  }
  return block;
}

}  // namespace

TEST_CASE("ListEvaluation: loss, counts and what is unknown agree with a loop over rows and labels") {
  Random random(5);
  const Model model = random_model(random);
  const RowBlock block = random_rows(random, 5000);
  double loss = 0, differ = 0, exact = 0;
  std::uint64_t unknown_labels = 0, unknown_features = 0;
  for (std::size_t r = 0; r < block.rows(); ++r) {
    const std::set<double> has(block.lists.row(r).begin(), block.lists.row(r).end());
    unknown_labels += has.count(7);
    unknown_features += block.indices[r] == features;
    bool right = true;
    for (std::size_t c = 0; c < labels.size(); ++c) {
      double z = 0.25;
      if (block.indices[r] < features)
        z += static_cast<double>(block.values[r]) * model.weights[block.indices[r] * labels.size() + c];
      const bool member = has.count(labels[c]) > 0;
      const double margin = std::max(0.0, 1 - (member ? z : -z));
      loss += margin * margin;
      differ += member != (z > 0);
      right = right && member == (z > 0);
    }
    exact += right;
  }
  const auto rows = static_cast<double>(block.rows());
  const Predictor predictor(model);
  std::vector<double> losses;
  for (const std::size_t threads : {1U, 2U, 3U}) {
    const ThreadLimit limit(threads);
    ListEvaluation evaluation(predictor);
    evaluation.add(block);
    CHECK(evaluation.rows() == block.rows());
    CHECK(evaluation.unknown_labels() == unknown_labels);
    CHECK(evaluation.unknown_features() == unknown_features);
    CHECK(evaluation.loss() == doctest::Approx(loss / rows).epsilon(1e-12));
    CHECK(evaluation.counts().exact == exact);
    CHECK(metric::of_lists()[0].compute(evaluation.counts()) == doctest::Approx(differ / (4 * rows)));
    losses.push_back(evaluation.loss());
  }
  CHECK(losses[0] == losses[1]);  // the same bits
  CHECK(losses[0] == losses[2]);
}

TEST_CASE("ListEvaluation: rows count by their weight, and must have lists") {
  Random random(6);
  const Model model = random_model(random);
  const Predictor predictor(model);
  RowBlock block = random_rows(random, 50);
  ListEvaluation all(predictor), half(predictor);
  all.add(block);
  for (std::size_t r = 0; r < block.rows(); ++r) block.weights.push_back(0.5F);
  half.add(block);
  CHECK(half.loss() == doctest::Approx(all.loss()));
  CHECK(half.counts().rows == 25);
  CHECK(half.counts().exact == all.counts().exact / 2);
  block.lists = {};
  CHECK_THROWS_AS(all.add(block), DataError);
}
