// The gradient of a mini-batch: a dense vector of which only the features that its rows have are looked at.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "sparselearn/data/row_block.hpp"

namespace sparselearn {

class BatchGradient {
 public:
  void resize(std::size_t features, std::size_t outputs) {
    outputs_ = outputs;
    met_.clear();
    rows_.assign(features, 0);
    gradient_.assign(features * outputs, 0.0);
  }
  void free() { resize(0, 1); }
  bool fits(std::size_t features) const { return rows_.size() == features; }

  /// Adds derivative_c x for every output c.
  void add(const RowView& row, const double* derivatives) {
    for (std::size_t k = 0; k < row.size; ++k) {
      const std::uint32_t feature = row.index[k];
      if (rows_[feature]++ == 0) met_.push_back(feature);
      double* g = &gradient_[feature * outputs_];
      for (std::size_t c = 0; c < outputs_; ++c)
        g[c] += derivatives[c] * static_cast<double>(row.value_at(k));
    }
  }

  /// Features of the rows added, each once, in the order met.
  std::span<const std::uint32_t> features() const { return met_; }
  /// How many of the rows have this feature.
  std::uint32_t rows_with(std::size_t feature) const { return rows_[feature]; }
  const double* at(std::size_t feature) const { return &gradient_[feature * outputs_]; }

  double squared_norm() const {
    double sum = 0;
    for (const std::uint32_t feature : met_)
      for (std::size_t c = 0; c < outputs_; ++c) sum += at(feature)[c] * at(feature)[c];
    return sum;
  }
  void clear() {
    for (const std::uint32_t feature : met_) {
      rows_[feature] = 0;
      for (std::size_t c = 0; c < outputs_; ++c) gradient_[feature * outputs_ + c] = 0;
    }
    met_.clear();
  }

 private:
  std::size_t outputs_ = 1;
  std::vector<double> gradient_;  // features * outputs
  std::vector<std::uint32_t> rows_;
  std::vector<std::uint32_t> met_;
};

}  // namespace sparselearn
