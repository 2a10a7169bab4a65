// The transposed copy of a data set, compressed sparse columns, for solvers that walk features. It costs as
// much memory as the rows.
#pragma once
#include <cstddef>
#include <cstdint>

#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/data/dataset.hpp"

namespace sparselearn {

/// One sparse column: `size` pairs (row[k], value[k]), row numbers in file order, ascending from 0. value is
/// null where every value of the data set is 1.
struct ColumnView {
  const std::uint32_t* row;
  const float* value;
  std::size_t size;
  float value_at(std::size_t k) const { return value ? value[k] : 1.0F; }
};

class Columns {
 public:
  Columns() = default;
  /// One column a feature; with `ones` one more at the end, 1 in every row, for an intercept. Built in
  /// parallel, the same on any number of threads. Throws UsageError for more than 2^32 rows.
  explicit Columns(const Dataset& data, bool ones = false);

  std::size_t size() const { return offsets_.size() - 1; }
  std::uint64_t nonzeros() const { return rows_.size(); }
  ColumnView operator[](std::size_t j) const {
    const std::uint64_t begin = offsets_[j];
    return {rows_.data() + begin, values_.empty() ? nullptr : values_.data() + begin,
            offsets_[j + 1] - begin};
  }
  /// Bytes held by the arrays.
  std::size_t memory() const;

 private:
  HugeVector<std::uint64_t> offsets_{0};
  HugeVector<std::uint32_t> rows_;
  HugeVector<float> values_;  // none when all are 1
};

}  // namespace sparselearn
