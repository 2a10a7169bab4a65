#include "solver/coordinate/feature_block.hpp"

#include <algorithm>
#include <utility>

#include "sparselearn/engine/threads.hpp"

namespace sparselearn::solver {
namespace {

constexpr std::uint32_t nowhere = UINT32_MAX;

}  // namespace

FeatureBlock::FeatureBlock(const Columns& columns, std::uint64_t rows)
    : columns_(&columns), place_(rows, nowhere) {}

void FeatureBlock::gather(std::vector<std::uint32_t> coordinates) {
  coordinates_ = std::move(coordinates);
  entries_ = 0;
  for (const std::uint32_t j : coordinates_) entries_ += (*columns_)[j].size;
  parts_.resize(std::max<std::size_t>(1, slices_of(entries_)));
  for_each_part([&](std::size_t p) {
    const std::uint64_t rows = place_.size();
    gather(parts_[p], p * rows / parts_.size(), (p + 1) * rows / parts_.size());
  });
  rows_.clear();
  for (Part& part : parts_) {
    part.first = rows_.size();
    rows_.insert(rows_.end(), part.rows.begin(), part.rows.end());
  }
}

// A counting sort of the entries by row.
void FeatureBlock::gather(Part& part, std::uint64_t begin, std::uint64_t end) {
  part.rows.clear();
  part.begin.clear();
  for (const std::uint32_t j : coordinates_) {
    const ColumnView column = within(j, begin, end);
    for (std::size_t k = 0; k < column.size; ++k) {
      std::uint32_t& place = place_[column.row[k]];
      if (place == nowhere) {
        place = static_cast<std::uint32_t>(part.rows.size());
        part.rows.push_back(column.row[k]);
        part.begin.push_back(0);
      }
      ++part.begin[place];
    }
  }
  std::uint64_t entries = 0;
  for (std::uint64_t& ends : part.begin) ends = entries += ends;
  part.local.resize(entries);
  part.value.resize(entries);
  for (auto local = static_cast<std::uint32_t>(coordinates_.size()); local-- > 0;) {
    const ColumnView column = within(coordinates_[local], begin, end);
    for (std::size_t k = 0; k < column.size; ++k) {
      const std::uint64_t at = --part.begin[place_[column.row[k]]];
      part.local[at] = local;
      part.value[at] = column.value_at(k);
    }
  }
  part.begin.push_back(entries);
  for (const std::uint32_t row : part.rows) place_[row] = nowhere;
}

// The entries of a column in rows of a range.
ColumnView FeatureBlock::within(std::uint32_t j, std::uint64_t begin, std::uint64_t end) const {
  const ColumnView column = (*columns_)[j];
  if (parts_.size() == 1) return column;
  const auto place = [&](std::uint64_t row) {
    return static_cast<std::size_t>(std::lower_bound(column.row, column.row + column.size, row) - column.row);
  };
  const std::size_t from = place(begin), to = place(end);
  return {column.row + from, column.value ? column.value + from : nullptr, to - from};
}

// Few entries are not worth asking for threads.
template <class Body>
void FeatureBlock::for_each_part(const Body& body) const {
  if (parts_.size() > 1)
    parallel_for(parts_.size(), body);
  else
    body(0);
}

FeatureBlock::Model FeatureBlock::model(const RowScores& rows) const {
  const std::size_t side = coordinates_.size();
  std::vector<Model> sums(parts_.size());
  for_each_part([&](std::size_t p) {
    sums[p].gradient.assign(side, 0);
    sums[p].hessian.assign(side * side, 0);
    add_rows(rows, parts_[p], sums[p]);
  });
  for (std::size_t p = 1; p < sums.size(); ++p) {
    for (std::size_t k = 0; k < side; ++k) sums[0].gradient[k] += sums[p].gradient[k];
    for (std::size_t k = 0; k < side * side; ++k) sums[0].hessian[k] += sums[p].hessian[k];
  }
  return std::move(sums[0]);
}

void FeatureBlock::add_rows(const RowScores& rows, const Part& part, Model& sum) const {
  const std::size_t side = coordinates_.size();
  for (std::size_t r = 0; r < part.rows.size(); ++r) {
    const RowScores::Row& row = rows[part.rows[r]];
    for (std::uint64_t a = part.begin[r]; a < part.begin[r + 1]; ++a) {
      const double x = static_cast<double>(part.value[a]);
      sum.gradient[part.local[a]] += row.first * x;
      double* line = &sum.hessian[part.local[a] * side];
      for (std::uint64_t b = part.begin[r]; b <= a; ++b)
        line[part.local[b]] += row.second * x * static_cast<double>(part.value[b]);
    }
  }
}

std::vector<double> FeatureBlock::scores(const std::vector<double>& d) const {
  std::vector<double> z(rows_.size());
  for_each_part([&](std::size_t p) {
    const Part& part = parts_[p];
    for (std::size_t r = 0; r < part.rows.size(); ++r)
      for (std::uint64_t a = part.begin[r]; a < part.begin[r + 1]; ++a)
        z[part.first + r] += static_cast<double>(part.value[a]) * d[part.local[a]];
  });
  return z;
}

}  // namespace sparselearn::solver
