// A weighted data set and the same rows copied as often as their weights say.
#pragma once
#include <utility>
#include <vector>

#include "support/random_rows.hpp"

namespace sparselearn::tests {

struct WeightsAndCopies {
  Dataset weighted, copied;

  /// Row i has the weight i mod 4; its label is drawn from `labels`.
  WeightsAndCopies(const RandomRows& shape, const std::vector<double>& labels) {
    weighted = random_rows(shape);
    std::vector<double> label(weighted.rows());
    std::vector<float> weight(weighted.rows());
    Random random(11);
    for (std::size_t i = 0; i < label.size(); ++i) {
      label[i] = labels[random.below(labels.size())];
      weight[i] = static_cast<float>(i % 4);
    }
    weighted.set_labels(label);
    RowBlock copies;
    for (std::uint64_t i = 0; i < weighted.rows(); ++i) {
      const RowPlace place = weighted.place(i);
      for (std::size_t copy = 0; copy < i % 4; ++copy)
        copy_row(weighted.blocks()[place.block], place.row, copies);
    }
    copied.append(std::move(copies));
    copied.set_features(weighted.features());
    weighted.set_weights(weight);
  }
};

}  // namespace sparselearn::tests
