// Row weights by label, while labels are still those of the file.
#pragma once
#include <utility>
#include <vector>

#include "sparselearn/data/dataset.hpp"

namespace sparselearn {

/// Multiplies the weight of every row by N / (K N_c), N_c the number of rows with its label, so that each of
/// the K labels weighs the same. Throws DataError for more than 1,000 labels.
void balance_labels(Dataset& data);
/// Multiplies the weights of the rows with each label named; others stay. Throws UsageError for a label that
/// no row has.
void weigh_labels(Dataset& data, const std::vector<std::pair<double, double>>& factors);

}  // namespace sparselearn
