#include "sparselearn/train/class_weights.hpp"

#include <algorithm>
#include <map>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn {
namespace {

constexpr std::size_t most_labels = 1000;

std::vector<double> labels_of(const Dataset& data) {
  std::vector<double> labels = data.distinct_labels(most_labels);
  if (labels.size() > most_labels) throw DataError("class weights are for up to 1,000 different labels");
  return labels;
}

}  // namespace

void balance_labels(Dataset& data) {
  std::map<double, double> count;
  for (const double label : labels_of(data)) count[label] = 0;
  for (const RowBlock& block : data.blocks())
    for (const double label : block.labels) ++count[label];
  const double even = static_cast<double>(data.rows()) / static_cast<double>(count.size());
  data.scale_weights([&](double label) { return even / count.at(label); });
}

void weigh_labels(Dataset& data, const std::vector<std::pair<double, double>>& factors) {
  const std::vector<double> labels = labels_of(data);
  for (const auto& [label, factor] : factors)
    if (!std::binary_search(labels.begin(), labels.end(), label))
      throw UsageError("--class-weight: no row has the label " + to_text(label));
  data.scale_weights([&](double label) {
    const auto found =
        std::find_if(factors.begin(), factors.end(), [&](const auto& f) { return f.first == label; });
    return found == factors.end() ? 1.0 : found->second;
  });
}

}  // namespace sparselearn
