#include "sparselearn/engine/problem.hpp"

#include <algorithm>
#include <vector>

#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/row_parts.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn {

Problem::Problem(const Dataset& data, const Loss& loss, Penalty penalty, bool intercept)
    : data_(data), loss_(loss), penalty_(penalty), intercept_(intercept) {
  if (!(penalty.l1 >= 0) || !(penalty.l2 >= 0)) throw UsageError("--l1 and --l2 must not be negative");
  if (!(data.total_weight() > 0))
    throw DataError("the row weights sum to zero: there is nothing to learn from");
}

Problem::Smoothness Problem::smoothness(double curvature) const {
  const auto parts = cut_rows(data_, parts_for_gradient(data_, 1));
  std::vector<Smoothness> found(parts.size());
  const double scale = curvature * static_cast<double>(rows()) / total_weight();
  parallel_for(parts.size(), [&](std::size_t p) {
    for (const RowRange& range : parts[p]) {
      data_.relieve();
      const RowBlock& block = data_.blocks()[range.block];
      for (std::uint32_t r = range.begin; r < range.end; ++r) {
        const double norm = squared_norm(block.row(r)) + (intercept_ ? 1.0 : 0.0);
        const double smoothness = norm > 0 ? scale * block.weight(r) * norm : 0;
        found[p].max = std::max(found[p].max, smoothness);
        found[p].mean += smoothness;
      }
    }
  });
  Smoothness all;
  for (const Smoothness& part : found) {
    all.max = std::max(all.max, part.max);
    all.mean += part.mean;
  }
  all.mean /= static_cast<double>(std::max<std::uint64_t>(1, rows()));
  return all;
}

}  // namespace sparselearn
