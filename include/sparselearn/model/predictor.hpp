// What a model says about rows: labels and probabilities, with the loss made once.
#pragma once
#include <cstdint>
#include <memory>
#include <span>

#include "sparselearn/model/model.hpp"

namespace sparselearn {

class Predictor {
 public:
  /// Keeps a reference to the model. Throws DataError for a model whose loss this program does not have.
  explicit Predictor(const Model& model);

  const Model& model() const { return model_; }
  const Loss& loss() const { return *loss_; }
  /// True when a binary loss has a score a class, of which a row has one.
  bool one_vs_rest() const { return !model_.multilabel && model_.outputs > loss_->outputs(); }
  /// False for losses without a link to probabilities, unless the model is calibrated.
  bool has_probabilities() const;

  /// Label, in the data's terms (multilabel: Model::add_labels_of): Model::label_of, but the expected count
  /// for count losses.
  double label(const double* z) const;
  /// P(label of +1) alone, calibrated where the model is, or the probability of each class; one against the
  /// rest: the sigmoids, scaled to sum 1; multilabel: P(row has the label), an output.
  void probabilities(const double* z, double* p) const;
  /// Loss of scores z at label y, the loss's own (with one against the rest the class): the sum over the
  /// classes there.
  double loss_at(const double* z, double y) const;
  /// Multilabel: the sum of the losses of all outputs, for a row that has the labels of the `outputs` given,
  /// ascending.
  double loss_at(const double* z, std::span<const std::uint32_t> outputs) const;

 private:
  const Model& model_;
  std::unique_ptr<Loss> loss_;
};

}  // namespace sparselearn
