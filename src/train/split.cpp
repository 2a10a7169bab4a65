#include "sparselearn/train/split.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/random.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn {
namespace {

RowBlock subset_of_block(const RowBlock& block, std::uint64_t first,
                         const std::function<bool(std::uint64_t)>& wanted) {
  RowBlock part;
  for (std::size_t r = 0; r < block.rows(); ++r)
    if (wanted(first + r)) copy_row(block, r, part);
  return part;
}

}  // namespace

Dataset subset(const Dataset& data, const std::function<bool(std::uint64_t)>& wanted) {
  const auto blocks = data.blocks();
  std::vector<std::uint64_t> first(blocks.size() + 1);
  for (std::size_t b = 0; b < blocks.size(); ++b) first[b + 1] = first[b] + blocks[b].rows();
  std::vector<RowBlock> parts(blocks.size());
  parallel_for(blocks.size(),
               [&](std::size_t b) { parts[b] = subset_of_block(blocks[b], first[b], wanted); });
  Dataset result;
  for (RowBlock& part : parts)
    if (part.rows() > 0) result.append(std::move(part));
  result.set_features(data.features());
  result.set_index_base(data.index_base());
  return result;
}

std::vector<bool> draw_rows(std::uint64_t rows, double fraction, std::uint64_t seed) {
  if (rows < 2) throw UsageError("one row can not be divided into training and validation data");
  const double wanted = std::round(fraction * static_cast<double>(rows));
  const auto count = static_cast<std::uint64_t>(std::clamp(wanted, 1.0, static_cast<double>(rows - 1)));
  // Selection sampling (Knuth 1969, algorithm S): exactly `count` rows, each as likely as any other.
  Random random(seed);
  std::vector<bool> drawn(rows);
  std::uint64_t left = count;
  for (std::uint64_t i = 0; i < rows && left > 0; ++i) {
    drawn[i] = random.below(rows - i) < left;
    left -= drawn[i] ? 1 : 0;
  }
  return drawn;
}

}  // namespace sparselearn
