// Random sparse data for the engine's tests, with a dense copy beside it.
#pragma once
#include <vector>

#include "sparselearn/base/random.hpp"
#include "sparselearn/data/dataset.hpp"

namespace sparselearn {

struct SmallData {
  Dataset data;
  std::vector<std::vector<double>> dense;  // rows x features
  std::vector<double> labels, weights;
};

struct Shape {
  std::size_t rows = 40, features = 17;
  double density = 0.3;
  bool ones = false, weighted = false;
  std::size_t classes = 2;  // above 2: labels 0 .. classes-1, else -1 and +1
  std::size_t blocks = 3;
};

inline SmallData random_rows(const Shape& shape, std::uint64_t seed) {
  Random random(seed);
  SmallData made;
  for (std::size_t b = 0; b < shape.blocks; ++b) {
    RowBlock block;
    for (std::size_t r = b * shape.rows / shape.blocks; r < (b + 1) * shape.rows / shape.blocks; ++r) {
      std::vector<double> row(shape.features);
      for (std::size_t j = 0; j < shape.features; ++j) {
        if (random.uniform() >= shape.density || r == 5) continue;  // row 5 stays empty
        const float value = shape.ones ? 1.0F : static_cast<float>(2 * random.uniform() - 1);
        block.indices.push_back(static_cast<std::uint32_t>(j));
        if (!shape.ones) block.values.push_back(value);
        row[j] = static_cast<double>(value);
      }
      const double label = shape.classes > 2        ? static_cast<double>(random.below(shape.classes))
                           : random.uniform() < 0.5 ? -1
                                                    : 1;
      block.offsets.push_back(block.indices.size());
      block.labels.push_back(label);
      const float weight = shape.weighted ? static_cast<float>(random.below(4)) / 2 : 1.0F;
      if (shape.weighted) block.weights.push_back(weight);
      made.dense.push_back(row);
      made.labels.push_back(label);
      made.weights.push_back(static_cast<double>(weight));
    }
    made.data.append(std::move(block));
  }
  made.data.set_features(shape.features);
  return made;
}

inline std::vector<double> random_vector(std::size_t size, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> v(size);
  for (double& x : v) x = 2 * random.uniform() - 1;
  return v;
}

}  // namespace sparselearn
