#include "sparselearn/train/used_features.hpp"

#include <utility>

namespace sparselearn {

UsedFeatures::UsedFeatures(Dataset& data) : all_(data.features()) {
  // Beside so many nonzeros a vector over all features costs little.
  constexpr std::uint64_t many = 8;
  if (data.nonzeros() >= many * all_) return;
  number_.assign(all_, Dataset::dropped);
  std::uint64_t count = 0;
  for (const RowBlock& block : data.blocks())
    for (const std::uint32_t j : block.indices) {
      count += number_[j] == Dataset::dropped ? 1 : 0;
      number_[j] = 0;
    }
  if (count == 0 || 2 * count >= all_) {
    number_ = {};
    return;
  }
  for (std::uint32_t j = 0; j < all_; ++j) {
    if (number_[j] == Dataset::dropped) continue;
    number_[j] = static_cast<std::uint32_t>(used_.size());
    used_.push_back(j);
  }
  apply(data);
}

void UsedFeatures::apply(Dataset& other) const {
  if (renumbered()) other.renumber_features(number_, used_.size());
}

void UsedFeatures::widen(Model& model) const {
  if (!renumbered()) return;
  const std::size_t outputs = model.outputs;
  std::vector<double> weights;
  weights.reserve(all_ * outputs);
  advise_huge(weights.data(), all_ * outputs * sizeof(double));
  weights.resize(all_ * outputs);
  for (std::size_t k = 0; k < used_.size(); ++k)
    for (std::size_t c = 0; c < outputs; ++c)
      weights[used_[k] * outputs + c] = model.weights[k * outputs + c];
  model.weights = std::move(weights);
  model.features = all_;
}

}  // namespace sparselearn
