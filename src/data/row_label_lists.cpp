#include "data/row_label_lists.hpp"

#include <algorithm>

namespace sparselearn {

void RowLabelLists::clear() {
  row_.clear();
  labels_.clear();
  offsets_.assign(1, 0);
}

std::optional<std::size_t> RowLabelLists::sort_row() {
  // Of equal labels the first in the text comes first, and stays.
  std::sort(row_.begin(), row_.end(), [](const Placed& a, const Placed& b) {
    return a.label != b.label ? a.label < b.label : a.at < b.at;
  });
  std::optional<std::size_t> repeated;
  for (std::size_t k = 1; k < row_.size(); ++k)
    if (row_[k].label == row_[k - 1].label) repeated = std::min(repeated.value_or(row_[k].at), row_[k].at);
  if (repeated) {
    const auto same = [](const Placed& a, const Placed& b) { return a.label == b.label; };
    row_.erase(std::unique(row_.begin(), row_.end(), same), row_.end());
  }
  return repeated;
}

void RowLabelLists::end_row() {
  for (const Placed& each : row_) labels_.push_back(each.label);
  offsets_.push_back(labels_.size());
  row_.clear();
}

void RowLabelLists::copy_to(LabelLists& lists) const {
  lists.offsets.assign(offsets_.begin(), offsets_.end());
  lists.labels.assign(labels_.begin(), labels_.end());
}

}  // namespace sparselearn
