#include <algorithm>
#include <cmath>
#include <functional>

#include "sparselearn/base/error.hpp"
#include "sparselearn/data/generate.hpp"

namespace sparselearn {
namespace {

// Standard deviation of the logarithm of the row lengths; empty rows have none.
double length_spread(const Dataset& data) {
  double count = 0, sum = 0, squares = 0;
  for (const RowBlock& block : data.blocks())
    for (std::size_t r = 0; r < block.rows(); ++r) {
      const std::size_t length = block.row(r).size;
      if (length == 0) continue;
      const double logarithm = std::log(static_cast<double>(length));
      ++count;
      sum += logarithm;
      squares += logarithm * logarithm;
    }
  const double mean = sum / count;
  return std::sqrt(std::max(0.0, squares / count - mean * mean));
}

std::vector<std::uint64_t> descending_frequencies(const Dataset& data) {
  std::vector<std::uint64_t> count(data.features());
  for (const RowBlock& block : data.blocks())
    for (const std::uint32_t index : block.indices) ++count[index];
  std::sort(count.begin(), count.end(), std::greater<>());
  return count;
}

// The slope of log frequency against log rank. Each octave of ranks weighs the same (weight 1/k), and
// features seen fewer than five times are left out: chance alone orders them.
double zipf_exponent(const std::vector<std::uint64_t>& count) {
  double weight = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (std::size_t k = 1; k <= count.size() && (count[k - 1] >= 5 || k <= 2); ++k) {
    if (count[k - 1] == 0) break;
    const double w = 1 / static_cast<double>(k);
    const double log_rank = std::log(static_cast<double>(k)),
                 log_count = std::log(static_cast<double>(count[k - 1]));
    weight += w;
    x += w * log_rank;
    y += w * log_count;
    xx += w * log_rank * log_rank;
    xy += w * log_rank * log_count;
  }
  const double spread = weight * xx - x * x;
  return spread > 0 ? std::max(0.0, (x * y - weight * xy) / spread) : 0;
}

bool all_ones(const Dataset& data) {
  return std::all_of(data.blocks().begin(), data.blocks().end(), [](const RowBlock& block) {
    return std::all_of(block.values.begin(), block.values.end(), [](float value) { return value == 1; });
  });
}

bool all_normalized(const Dataset& data) {
  for (const RowBlock& block : data.blocks())
    for (std::size_t r = 0; r < block.rows(); ++r)
      if (block.row(r).size > 0 && std::abs(squared_norm(block.row(r)) - 1) > 1e-3) return false;
  return true;
}

void set_labels(const Dataset& data, DataShape& shape) {
  constexpr std::size_t most_classes = 1000;
  const std::vector<double> labels = data.distinct_labels(most_classes);
  const bool whole =
      std::all_of(labels.begin(), labels.end(), [](double label) { return label == std::trunc(label); });
  shape.labels = labels.size() <= 2                       ? DataShape::Labels::binary
                 : labels.size() <= most_classes && whole ? DataShape::Labels::classes
                                                          : DataShape::Labels::regression;
  if (shape.labels == DataShape::Labels::classes) shape.classes = labels.size();
}

}  // namespace

DataShape shape_of(const Dataset& data) {
  if (data.nonzeros() == 0) throw DataError("data without a nonzero has no shape to imitate");
  DataShape shape;
  shape.rows = data.rows();
  shape.features = data.features();
  shape.nonzeros_per_row = static_cast<double>(data.nonzeros()) / static_cast<double>(data.rows());
  shape.length_spread = length_spread(data);
  shape.zipf = zipf_exponent(descending_frequencies(data));
  shape.ones = all_ones(data);
  shape.normalized = !shape.ones && all_normalized(data);
  set_labels(data, shape);
  return shape;
}

}  // namespace sparselearn
