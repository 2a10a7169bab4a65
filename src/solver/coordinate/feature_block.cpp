#include "solver/coordinate/feature_block.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "sparselearn/engine/threads.hpp"

namespace sparselearn::solver {
namespace {

constexpr std::size_t slice = 4096;    // rows worth a thread
constexpr std::size_t most_open = 16;  // blocks that a coordinate may choose from

struct Entry {
  std::uint32_t row, local;
  float value;
};

}  // namespace

FeatureBlock::FeatureBlock(const Columns& columns, std::vector<std::uint32_t> coordinates)
    : coordinates_(std::move(coordinates)) {
  std::vector<Entry> entries;
  for (std::uint32_t local = 0; local < coordinates_.size(); ++local) {
    const ColumnView column = columns[coordinates_[local]];
    for (std::size_t k = 0; k < column.size; ++k)
      entries.push_back({column.row[k], local, column.value_at(k)});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.row != b.row ? a.row < b.row : a.local < b.local;
  });
  for (const Entry& entry : entries) {
    if (rows_.empty() || rows_.back() != entry.row) {
      rows_.push_back(entry.row);
      begin_.push_back(local_.size());
    }
    local_.push_back(entry.local);
    value_.push_back(entry.value);
  }
  begin_.push_back(local_.size());
}

FeatureBlock::Model FeatureBlock::model(const RowScores& rows) const {
  const std::size_t side = coordinates_.size();
  const std::size_t slices = std::max<std::size_t>(1, (rows_.size() + slice - 1) / slice);
  std::vector<Model> sums(slices);
  parallel_for(slices, [&](std::size_t s) {
    sums[s].gradient.assign(side, 0);
    sums[s].hessian.assign(side * side, 0);
    add_rows(rows, s * slice, std::min(rows_.size(), (s + 1) * slice), sums[s]);
  });
  for (std::size_t s = 1; s < slices; ++s) {
    for (std::size_t k = 0; k < side; ++k) sums[0].gradient[k] += sums[s].gradient[k];
    for (std::size_t k = 0; k < side * side; ++k) sums[0].hessian[k] += sums[s].hessian[k];
  }
  return std::move(sums[0]);
}

void FeatureBlock::add_rows(const RowScores& rows, std::size_t begin, std::size_t end, Model& sum) const {
  const std::size_t side = coordinates_.size();
  for (std::size_t r = begin; r < end; ++r) {
    const RowScores::Row& row = rows[rows_[r]];
    for (std::uint64_t a = begin_[r]; a < begin_[r + 1]; ++a) {
      const double x = static_cast<double>(value_[a]);
      sum.gradient[local_[a]] += row.first * x;
      double* line = &sum.hessian[local_[a] * side];
      for (std::uint64_t b = begin_[r]; b <= a; ++b)
        line[local_[b]] += row.second * x * static_cast<double>(value_[b]);
    }
  }
}

std::vector<double> FeatureBlock::scores(const std::vector<double>& d) const {
  std::vector<double> z(rows_.size());
  for (std::size_t r = 0; r < rows_.size(); ++r)
    for (std::uint64_t a = begin_[r]; a < begin_[r + 1]; ++a)
      z[r] += static_cast<double>(value_[a]) * d[local_[a]];
  return z;
}

std::vector<std::vector<std::uint32_t>> low_overlap_blocks(const Columns& columns,
                                                           const std::vector<std::uint32_t>& coordinates,
                                                           std::size_t size, std::uint64_t rows) {
  std::vector<std::uint32_t> order = coordinates;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return columns[a].size > columns[b].size; });
  const std::size_t open_blocks = std::min(most_open, (order.size() + size - 1) / size);
  std::array<std::vector<std::uint32_t>, most_open> open;
  std::vector<std::uint16_t> taken(rows);  // bit c: open block c has the row
  std::vector<std::vector<std::uint32_t>> blocks;
  for (const std::uint32_t j : order) {
    const ColumnView column = columns[j];
    std::array<std::uint64_t, most_open> shared{};
    for (std::size_t k = 0; k < column.size; ++k)
      for (unsigned bits = taken[column.row[k]]; bits != 0; bits &= bits - 1)
        ++shared[static_cast<std::size_t>(std::countr_zero(bits))];
    const auto best = static_cast<std::size_t>(
        std::min_element(shared.begin(), shared.begin() + static_cast<std::ptrdiff_t>(open_blocks)) -
        shared.begin());
    const auto bit = static_cast<std::uint16_t>(1U << best);
    open[best].push_back(j);
    for (std::size_t k = 0; k < column.size; ++k) taken[column.row[k]] |= bit;
    if (open[best].size() < size) continue;
    for (const std::uint32_t full : open[best])
      for (std::size_t k = 0; k < columns[full].size; ++k)
        taken[columns[full].row[k]] &= static_cast<std::uint16_t>(~bit);
    blocks.push_back(std::move(open[best]));
    open[best].clear();
  }
  for (auto& rest : open)
    if (!rest.empty()) blocks.push_back(std::move(rest));
  return blocks;
}

}  // namespace sparselearn::solver
