#include "sparselearn/data/row_block.hpp"

namespace sparselearn {
namespace {

template <class T>
std::size_t bytes_of(const HugeVector<T>& array) {
  return array.capacity() * sizeof(T);
}

}  // namespace

std::size_t RowBlock::memory() const {
  return bytes_of(offsets) + bytes_of(indices) + bytes_of(values) + bytes_of(labels) + bytes_of(weights) +
         bytes_of(lists.offsets) + bytes_of(lists.labels);
}

void copy_row(const RowBlock& from, std::size_t r, RowBlock& to) {
  const RowView row = from.row(r);
  to.indices.insert(to.indices.end(), row.index, row.index + row.size);
  if (row.value) to.values.insert(to.values.end(), row.value, row.value + row.size);
  to.offsets.push_back(to.indices.size());
  to.labels.push_back(from.labels[r]);
  if (!from.weights.empty()) to.weights.push_back(from.weights[r]);
  if (from.lists.empty()) return;
  const std::span<const double> list = from.lists.row(r);
  if (to.lists.empty()) to.lists.offsets.push_back(0);
  to.lists.labels.insert(to.lists.labels.end(), list.begin(), list.end());
  to.lists.offsets.push_back(to.lists.labels.size());
}

double squared_norm(const RowView& row) {
  if (!row.value) return static_cast<double>(row.size);
  double sum = 0;
  for (std::size_t k = 0; k < row.size; ++k) {
    const double value = static_cast<double>(row.value[k]);
    sum += value * value;
  }
  return sum;
}

}  // namespace sparselearn
