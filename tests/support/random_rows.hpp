// Small random sparse data with everything that trips lazy updates: features no row has, features one row
// has, empty rows, row weights with a zero among them, several blocks.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "sparselearn/base/random.hpp"
#include "sparselearn/data/dataset.hpp"

namespace sparselearn::tests {

enum class RandomLabels { binary, real, classes3 };

struct RandomRows {
  std::uint64_t rows = 83;
  std::uint64_t features = 24;  // the last fifth of them are in no row
  double density = 0.2;
  std::uint64_t empty_every = 7;  // row numbers divisible by it are empty; 0: none
  RandomLabels labels = RandomLabels::binary;
  bool weighted = false;
  bool ones = false;  // every value is 1, and none is stored
  std::uint64_t rows_a_block = 40;
  std::uint64_t seed = 5;
};

inline double random_label(RandomLabels kind, Random& random) {
  if (kind == RandomLabels::binary) return random.uniform() < 0.4 ? 1 : -1;
  if (kind == RandomLabels::real) return 4 * random.uniform() - 2;
  return static_cast<double>(random.below(3));
}

inline void append_random_row(RowBlock& block, const RandomRows& shape, bool empty, Random& random) {
  const std::uint64_t present = std::max<std::uint64_t>(1, shape.features - shape.features / 5);
  for (std::uint32_t j = 0; j < present && !empty; ++j) {
    if (random.uniform() >= shape.density) continue;
    block.indices.push_back(j);
    if (!shape.ones) block.values.push_back(static_cast<float>(2 * random.uniform() - 1));
  }
  block.offsets.push_back(block.indices.size());
  block.labels.push_back(random_label(shape.labels, random));
}

inline Dataset random_rows(const RandomRows& shape) {
  Random random(shape.seed);
  Dataset data;
  RowBlock block;
  for (std::uint64_t i = 0; i < shape.rows; ++i) {
    append_random_row(block, shape, shape.empty_every > 0 && i % shape.empty_every == 0, random);
    if (block.rows() < shape.rows_a_block && i + 1 < shape.rows) continue;
    data.append(std::move(block));
    block = RowBlock();
  }
  data.set_features(shape.features);
  if (!shape.weighted) return data;
  std::vector<float> weights(shape.rows);
  for (float& weight : weights) weight = static_cast<float>(0.25 + 2 * random.uniform());
  if (shape.rows > 3) weights[3] = 0;
  data.set_weights(weights);
  return data;
}

}  // namespace sparselearn::tests
