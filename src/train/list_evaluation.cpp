#include "sparselearn/train/list_evaluation.hpp"

#include <algorithm>
#include <vector>

#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn {
namespace {

/// Lists of outputs of the model, one after the other.
struct OutputLists {
  std::vector<std::uint32_t> outputs;
  std::vector<std::size_t> ends;

  void end_row() { ends.push_back(outputs.size()); }
  std::span<const std::uint32_t> row(std::size_t r) const {
    const std::size_t begin = r > 0 ? ends[r - 1] : 0;
    return std::span(outputs).subspan(begin, ends[r] - begin);
  }
};

}  // namespace

/// Some rows of a block, scored by one thread.
struct ListEvaluation::Piece {
  std::size_t begin = 0, end = 0;
  OutputLists actual, guessed;
  std::vector<double> losses;
  std::uint64_t unknown_features = 0, unknown_labels = 0;
};

ListEvaluation::ListEvaluation(const Predictor& predictor)
    : predictor_(predictor), counts_(predictor.model().outputs) {}

// Pieces are taken in order: the same bits on any number of threads.
void ListEvaluation::add(const RowBlock& block) {
  constexpr std::size_t rows_a_piece = 1024;
  if (block.lists.empty()) throw DataError("the model has lists of labels, the rows have one label each");
  std::vector<Piece> pieces((block.rows() + rows_a_piece - 1) / rows_a_piece);
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    pieces[p].begin = p * rows_a_piece;
    pieces[p].end = std::min(pieces[p].begin + rows_a_piece, block.rows());
  }
  parallel_for(pieces.size(), [&](std::size_t p) { score(block, pieces[p]); });
  for (const Piece& piece : pieces) take(block, piece);
  rows_ += block.rows();
}

void ListEvaluation::score(const RowBlock& block, Piece& piece) const {
  const Model& model = predictor_.model();
  std::vector<double> z(model.outputs);
  for (std::size_t r = piece.begin; r < piece.end; ++r) {
    piece.unknown_features += model.score(block.row(r), z.data());
    for (const double label : block.lists.row(r)) {
      const auto found = std::lower_bound(model.labels.begin(), model.labels.end(), label);
      if (found != model.labels.end() && *found == label)
        piece.actual.outputs.push_back(static_cast<std::uint32_t>(found - model.labels.begin()));
      else
        ++piece.unknown_labels;
    }
    piece.actual.end_row();
    for (std::uint32_t c = 0; c < model.outputs; ++c)
      if (z[c] > 0) piece.guessed.outputs.push_back(c);
    piece.guessed.end_row();
    piece.losses.push_back(predictor_.loss_at(z.data(), piece.actual.row(r - piece.begin)));
  }
}

void ListEvaluation::take(const RowBlock& block, const Piece& piece) {
  for (std::size_t r = 0; r < piece.losses.size(); ++r) {
    const double weight = block.weight(piece.begin + r);
    counts_.add(piece.actual.row(r), piece.guessed.row(r), weight);
    loss_sum_ += weight * piece.losses[r];
  }
  unknown_features_ += piece.unknown_features;
  unknown_labels_ += piece.unknown_labels;
}

}  // namespace sparselearn
