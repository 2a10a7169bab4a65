// Parts of a data set as data sets of their own: rows held back for validation, folds.
#pragma once
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "sparselearn/data/dataset.hpp"

namespace sparselearn {

/// The rows whose running number `wanted` says yes to, in order, copied. Feature width and index base stay
/// those of `data`.
Dataset subset(const Dataset& data, const std::function<bool(std::uint64_t)>& wanted);

/// Marks round(fraction * rows) rows, at least 1 and at most rows - 1, drawn by the seed. Throws UsageError
/// for fewer than two rows.
std::vector<bool> draw_rows(std::uint64_t rows, double fraction, std::uint64_t seed);

}  // namespace sparselearn
