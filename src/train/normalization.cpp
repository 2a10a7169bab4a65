#include "sparselearn/train/normalization.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sparselearn {
namespace {

// Multiplies the values of every row: factor(row) gives a function of the feature.
template <class Factor>
void multiply_rows(Dataset& data, const Factor& factor) {
  const std::uint64_t features = data.features();
  const int index_base = data.index_base();
  Dataset result;
  for (RowBlock& block : data.release()) {
    if (block.values.empty()) block.values.assign(block.nonzeros(), 1.0F);
    for (std::size_t r = 0; r < block.rows(); ++r) {
      const auto of_feature = factor(block.row(r));
      for (std::uint64_t k = block.offsets[r]; k < block.offsets[r + 1]; ++k)
        block.values[k] =
            static_cast<float>(static_cast<double>(block.values[k]) * of_feature(block.indices[k]));
    }
    result.append(std::move(block), features);
  }
  result.set_features(features);
  result.set_index_base(index_base);
  data = std::move(result);
}

// body(feature, value, row weight) for every nonzero of rows that count, in order.
template <class Body>
void for_each_nonzero(const Dataset& data, const Body& body) {
  for (const RowBlock& block : data.blocks())
    for (std::size_t r = 0; r < block.rows(); ++r) {
      const RowView row = block.row(r);
      for (std::size_t k = 0; k < row.size && block.weight(r) > 0; ++k)
        body(row.index[k], static_cast<double>(row.value_at(k)), block.weight(r));
    }
}

}  // namespace

void normalize_rows(Dataset& data) {
  multiply_rows(data, [](const RowView& row) {
    const double length = std::sqrt(squared_norm(row));
    return [factor = length > 0 ? 1 / length : 1.0](std::uint32_t) { return factor; };
  });
}

FeatureScales::FeatureScales(std::vector<double> scales) : scales_(std::move(scales)) {
  for (double& scale : scales_)
    if (!(scale > 0)) scale = 1;
}

FeatureScales FeatureScales::max_abs(const Dataset& data) {
  std::vector<double> largest(data.features());
  for_each_nonzero(data, [&](std::uint32_t j, double value, double) {
    largest[j] = std::max(largest[j], std::abs(value));
  });
  return FeatureScales(std::move(largest));
}

FeatureScales FeatureScales::standard(const Dataset& data) {
  // What rounding leaves of the deviation of a constant, relative to it squared.
  constexpr double rounding = 1e-24;
  const double total = data.total_weight();
  std::vector<double> mean(data.features()), variance(data.features()), present(data.features());
  for_each_nonzero(data, [&](std::uint32_t j, double value, double weight) {
    mean[j] += weight * value / total;
    present[j] += weight;
  });
  for_each_nonzero(data, [&](std::uint32_t j, double value, double weight) {
    variance[j] += weight * (value - mean[j]) * (value - mean[j]) / total;
  });
  for (std::size_t j = 0; j < mean.size(); ++j) {
    const double square = mean[j] * mean[j];
    variance[j] += std::max(0.0, total - present[j]) / total * square;  // the zeros
    variance[j] = variance[j] > rounding * square ? std::sqrt(variance[j]) : 0;
  }
  return FeatureScales(std::move(variance));
}

void FeatureScales::apply(Dataset& data) const {
  if (scales_.empty()) return;
  multiply_rows(data, [this](const RowView&) { return [this](std::uint32_t j) { return 1 / of(j); }; });
}

void FeatureScales::unscale(Model& model) const {
  if (scales_.empty()) return;
  for (std::size_t k = 0; k < model.weights.size(); ++k)
    model.weights[k] /= of(model.feature_of(k / model.outputs));
}

void FeatureScales::scale(Model& model) const {
  if (scales_.empty()) return;
  for (std::size_t k = 0; k < model.weights.size(); ++k) model.weights[k] *= of(k / model.outputs);
}

}  // namespace sparselearn
