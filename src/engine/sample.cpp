#include "sparselearn/engine/sample.hpp"

#include <algorithm>
#include <optional>

#include "sparselearn/base/random.hpp"
#include "sparselearn/base/spill.hpp"

namespace sparselearn {
namespace {

void append_row(RowBlock& block, const RowBlock& from, std::size_t r) {
  const RowView row = from.row(r);
  for (std::size_t k = 0; k < row.size; ++k) {
    block.indices.push_back(row.index[k]);
    block.values.push_back(row.value_at(k));
  }
  block.offsets.push_back(block.indices.size());
  block.labels.push_back(from.labels[r]);
  block.weights.push_back(static_cast<float>(from.weight(r)));
}

void renumber(RowBlock& block, const std::vector<std::uint32_t>& occurring) {
  for (std::uint32_t& index : block.indices)
    index = static_cast<std::uint32_t>(std::lower_bound(occurring.begin(), occurring.end(), index) -
                                       occurring.begin());
}

}  // namespace

Sample sample_rows(const Dataset& data, std::uint64_t rows, std::uint64_t seed) {
  Random random(seed);
  RowBlock halves[2];
  std::uint64_t seen = 0, wanted = std::min(2 * rows, data.rows());
  for (const RowBlock& from : data.blocks())
    for (std::size_t r = 0; r < from.rows(); ++r, ++seen) {
      // Selection sampling (Knuth, algorithm S): every subset is equally likely, in file order.
      if (random.below(data.rows() - seen) >= wanted) continue;
      append_row(halves[wanted % 2], from, r);
      --wanted;
    }
  if (halves[0].rows() == 0 || halves[1].rows() == 0)
    halves[0] = halves[1] = halves[0].rows() > 0 ? halves[0] : halves[1];

  std::vector<std::uint32_t> occurring(halves[0].indices.begin(), halves[0].indices.end());
  occurring.insert(occurring.end(), halves[1].indices.begin(), halves[1].indices.end());
  std::sort(occurring.begin(), occurring.end());
  occurring.erase(std::unique(occurring.begin(), occurring.end()), occurring.end());
  Sample sample;
  for (RowBlock& half : halves) renumber(half, occurring);
  sample.training.append(std::move(halves[0]));
  sample.held_out.append(std::move(halves[1]));
  sample.training.set_features(occurring.size());
  sample.held_out.set_features(occurring.size());
  return sample;
}

Dataset sample_strata(const Dataset& data, std::uint64_t stratum, std::uint64_t seed) {
  Random random(seed);
  Dataset sample;
  std::optional<Spill::Use> use;
  if (data.on_disk()) use.emplace(*data.spill(), Spill::Use::Threads::this_one);
  sample.set_spill(data.spill());
  std::uint64_t begin = 0, drawn = random.below(std::min(stratum, data.rows()));
  std::uint64_t seen = 0;
  for (const RowBlock& from : data.blocks()) {
    data.relieve();
    RowBlock rows;
    for (; drawn < seen + from.rows(); drawn = begin + random.below(std::min(stratum, data.rows() - begin))) {
      copy_row(from, drawn - seen, rows);
      begin += stratum;
      if (begin >= data.rows()) break;
    }
    seen += from.rows();
    sample.append(std::move(rows));
    if (begin >= data.rows()) break;
  }
  sample.set_features(data.features());
  return sample;
}

}  // namespace sparselearn
