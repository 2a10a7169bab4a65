#include "sparselearn/model/predictor.hpp"

#include <cmath>
#include <vector>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/math.hpp"

namespace sparselearn {
namespace {

std::unique_ptr<Loss> loss_of(const Model& model) {
  if (!loss::find(model.loss))
    throw DataError("the model's loss '" + model.loss + "' is not known to this program");
  return model.make_loss();
}

}  // namespace

Predictor::Predictor(const Model& model) : model_(model), loss_(loss_of(model)) {
  const bool classifies = loss_->labels() == LabelKind::binary || loss_->labels() == LabelKind::classes;
  if (classifies && model.labels.empty()) throw DataError("the model tells no labels, which its loss needs");
  if (!classifies && !model.labels.empty())
    throw DataError("the model tells labels, but its loss is one of regression");
  if (model.multilabel && loss_->labels() != LabelKind::binary)
    throw DataError("the model has lists of labels, which its loss '" + model.loss + "' does not take");
  if (loss_->outputs() > 1 && loss_->outputs() != model.outputs)
    throw DataError("the model's scores do not fit its loss '" + model.loss + "'");
}

bool Predictor::has_probabilities() const {
  if (model_.calibration) return true;
  std::vector<double> z(model_.outputs, 0.0), p(model_.outputs);
  loss_->probabilities_at(z.data(), p.data());
  return !std::isnan(p[0]);
}

double Predictor::label(const double* z) const {
  return loss_->labels() == LabelKind::positive_count ? math::exp(*z) : model_.label_of(z);
}

void Predictor::probabilities(const double* z, double* p) const {
  if (model_.calibration) {
    *p = model_.calibration.probability(*z);
    return;
  }
  if (model_.multilabel) {
    for (std::size_t c = 0; c < model_.outputs; ++c) p[c] = loss_->probability(z[c]);
    return;
  }
  if (!one_vs_rest()) {
    loss_->probabilities_at(z, p);
    return;
  }
  double sum = 0;
  for (std::size_t c = 0; c < model_.outputs; ++c) sum += p[c] = loss_->probability(z[c]);
  for (std::size_t c = 0; c < model_.outputs; ++c)
    p[c] = sum > 0 ? p[c] / sum : 1.0 / static_cast<double>(model_.outputs);
}

double Predictor::loss_at(const double* z, double y) const {
  if (!one_vs_rest()) return loss_->value_at(z, y);
  double sum = 0;
  for (std::size_t c = 0; c < model_.outputs; ++c)
    sum += loss_->value(z[c], static_cast<double>(c) == y ? 1.0 : -1.0);
  return sum;
}

double Predictor::loss_at(const double* z, std::span<const std::uint32_t> outputs) const {
  double sum = 0;
  auto next = outputs.begin();
  for (std::size_t c = 0; c < model_.outputs; ++c) {
    const bool has = next != outputs.end() && *next == c;
    if (has) ++next;
    sum += loss_->value(z[c], has ? 1.0 : -1.0);
  }
  return sum;
}

}  // namespace sparselearn
