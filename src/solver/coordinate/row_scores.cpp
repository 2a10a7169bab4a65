#include "solver/coordinate/row_scores.hpp"

#include <numeric>

#include "sparselearn/engine/objective.hpp"

namespace sparselearn::solver {

RowScores::RowScores(const Problem& problem, std::span<const double> w0)
    : loss_(&problem.loss()), rows_(problem.rows(), Row()), everyone_(problem.rows()) {
  std::iota(everyone_.begin(), everyone_.end(), 0U);
  std::vector<double> scores(problem.rows());
  Objective(problem).scores_of(w0, scores);
  std::size_t i = 0;
  for (const RowBlock& block : problem.data().blocks())
    for (std::size_t r = 0; r < block.rows(); ++r, ++i) {
      rows_[i].label = block.labels[r];
      if (problem.data().weighted()) weights_.push_back(static_cast<float>(block.weight(r)));
    }
  move(
      everyone_, [&](std::size_t row) { return scores[row]; }, 1);
}

namespace {

template <class Chunk>
std::span<const float> weights_of(const Chunk& some, bool weighted) {
  return weighted ? std::span<const float>(some.weights).first(some.count) : std::span<const float>();
}

}  // namespace

// Fills `first`; returns sum s_i loss_i.
double RowScores::gradients(Chunk& some) const {
  return loss_->gradients(std::span<const double>(some.scores).first(some.count),
                          std::span<const double>(some.labels).first(some.count),
                          weights_of(some, !weights_.empty()), std::span(some.first).first(some.count));
}

void RowScores::second_derivatives(Chunk& some) const {
  loss_->second_derivatives(std::span<const double>(some.scores).first(some.count),
                            std::span<const double>(some.labels).first(some.count),
                            weights_of(some, !weights_.empty()), std::span(some.second).first(some.count));
}

void RowScores::state(Archive& archive) {
  for (Row& row : rows_) archive(row.score);
  if (archive.loading())
    move(
        everyone_, [](std::size_t) { return 0.0; }, 0);
}

}  // namespace sparselearn::solver
