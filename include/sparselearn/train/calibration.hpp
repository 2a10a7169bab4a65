// Fits probabilities to the scores of rows that the weights have not seen.
#pragma once
#include <vector>

#include "sparselearn/data/dataset.hpp"
#include "sparselearn/model/calibration.hpp"
#include "sparselearn/model/model.hpp"

namespace sparselearn {

/// A score, a label -1 or +1 and a weight a row.
struct HeldOutScores {
  std::vector<double> scores, labels, weights;

  /// Adds the rows of `data`, whose labels are the loss's own and whose features are the model's; the model
  /// has one score a row.
  void add(const Model& model, const Dataset& data);
};

/// Platt's sigmoid (Platt 1999): a, b that minimise -sum_i s_i (t_i log P_i + (1 - t_i) log(1 - P_i)), with
/// t = (N+ + 1) / (N+ + 2) for the N+ rows of +1 and 1 / (N- + 2) for the others, by the Newton method of
/// Lin, Lin & Weng 2007. Counts are sums of weights. Throws DataError where only one label has rows with
/// weight.
Calibration fit_platt(const HeldOutScores& rows);

/// Isotonic regression (Ayer et al. 1955): the P that ascends with the score and minimises
/// sum_i s_i (P_i - [y_i = +1])^2, by pooling adjacent violators. Throws likewise.
Calibration fit_isotonic(const HeldOutScores& rows);

}  // namespace sparselearn
