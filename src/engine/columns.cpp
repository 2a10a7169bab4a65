#include "sparselearn/engine/columns.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/row_parts.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn {
namespace {

bool any_values(const Dataset& data) {
  return std::any_of(data.blocks().begin(), data.blocks().end(),
                     [](const RowBlock& block) { return !block.values.empty(); });
}

}  // namespace

Columns::Columns(const Dataset& data, bool ones) {
  if (data.rows() > UINT32_MAX)
    throw UsageError("coordinate solvers take at most " + std::to_string(UINT32_MAX) + " rows");
  const std::size_t features = data.features();
  const auto parts = cut_rows(data, parts_for_gradient(data, features));

  // A counting sort by column, rows staying in order: next[p][j] is where part p writes its next entry of j.
  std::vector<HugeVector<std::uint64_t>> next(parts.size());
  parallel_for(parts.size(), [&](std::size_t p) {
    next[p].assign(features, 0);
    for_each_row(data, parts[p], [&](const RowBlock& block, std::uint32_t r, std::uint64_t) {
      const RowView row = block.row(r);
      for (std::size_t k = 0; k < row.size; ++k) ++next[p][row.index[k]];
    });
  });
  offsets_.resize(features + 1);
  std::uint64_t at = 0;
  for (std::size_t j = 0; j < features; ++j) {
    offsets_[j] = at;
    for (auto& part : next) at += std::exchange(part[j], at);
  }
  offsets_[features] = at;

  const std::uint64_t entries = at + (ones ? data.rows() : 0);
  rows_.resize(entries);
  if (any_values(data)) values_.resize(entries);
  parallel_for(parts.size(), [&](std::size_t p) {
    for_each_row(data, parts[p], [&](const RowBlock& block, std::uint32_t r, std::uint64_t number) {
      const RowView row = block.row(r);
      for (std::size_t k = 0; k < row.size; ++k) {
        const std::uint64_t place = next[p][row.index[k]]++;
        rows_[place] = static_cast<std::uint32_t>(number);
        if (!values_.empty()) values_[place] = row.value_at(k);
      }
    });
  });
  if (!ones) return;
  for (std::uint64_t i = at; i < entries; ++i) rows_[i] = static_cast<std::uint32_t>(i - at);
  if (!values_.empty()) std::fill(values_.begin() + static_cast<std::ptrdiff_t>(at), values_.end(), 1.0F);
  offsets_.push_back(entries);
}

std::size_t Columns::memory() const {
  return offsets_.capacity() * sizeof(std::uint64_t) + rows_.capacity() * sizeof(std::uint32_t) +
         values_.capacity() * sizeof(float);
}

}  // namespace sparselearn
