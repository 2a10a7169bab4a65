#pragma once
#include <algorithm>
#include <cmath>

namespace sparselearn {

/// Mini-batches in so many epochs of `rows` rows, when they begin with `batch` rows and grow by `growth` an
/// epoch up to all rows; of a part of an epoch, that part.
inline double updates_in(double epochs, double rows, double batch, double growth) {
  double updates = 0;
  for (; epochs > 0 && batch < rows && growth > 1; epochs -= 1, batch = std::min(batch * growth, rows))
    updates += std::min(epochs, 1.0) * std::ceil(rows / std::floor(batch));
  return updates + std::max(epochs, 0.0) * std::ceil(rows / std::floor(std::min(batch, rows)));
}

}  // namespace sparselearn
