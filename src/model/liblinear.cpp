// LIBLINEAR's model file (Fan et al. 2008; linear.cpp, save_model and load_model of version 2.3), so that its
// predict gives our answers. It has integer labels, 1-based indices, and an intercept as one more weight
// behind the features.
#include <cmath>

#include "model/formats.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::model {
namespace {

bool is_regression(const Model& model) { return model.labels.empty(); }

// The solver_type line decides how predict reads the weights (MCSVM_CS: the largest of K columns; SVR: the
// score itself is the answer) and whether it offers probabilities (the two LR).
const char* solver_type(const Model& model) {
  if (is_regression(model)) return model.loss == "absolute" ? "L2R_L1LOSS_SVR_DUAL" : "L2R_L2LOSS_SVR";
  if (model.loss == "softmax" && model.outputs > 2) return "MCSVM_CS";
  if (model.loss == "softmax" || model.loss == "logistic") return model.l1 > 0 ? "L1R_LR" : "L2R_LR";
  if (model.loss == "hinge") return "L2R_L1LOSS_SVC_DUAL";
  return model.l1 > 0 ? "L1R_L2LOSS_SVC" : "L2R_L2LOSS_SVC";
}

std::string integer_label(double label) {
  if (label != std::trunc(label) || std::abs(label) > INT32_MAX)
    throw UsageError("LIBLINEAR models hold integer labels; this one has the label " + to_text(label));
  return to_text(label);
}

// Their first label is the one of positive scores; with a column a class, the order is the columns'.
std::string label_line(const Model& model) {
  if (model.labels.size() == 2)
    return "label " + integer_label(model.labels[1]) + ' ' + integer_label(model.labels[0]) + '\n';
  std::string line = "label";
  for (const double label : model.labels) line += ' ' + integer_label(label);
  return line + '\n';
}

// Two classes always have one column there; softmax of two scores is the logistic of their difference.
void append_row(std::string& text, const double* weights, std::size_t outputs) {
  if (outputs == 2) {
    text += to_text(weights[1] - weights[0]) + " \n";
    return;
  }
  for (std::size_t c = 0; c < outputs; ++c) text += to_text(weights[c]) + ' ';
  text += '\n';
}

void require_expressible(const Model& model) {
  if (model.multilabel)
    throw UsageError(
        "LIBLINEAR predicts one label a row: this model was trained with --multilabel; write another format");
  if (model.unit_rows)
    throw UsageError(
        "LIBLINEAR models do not scale rows: this one was trained with --normalize l2; write another format");
  if (model.hash_bits())
    throw UsageError(
        "LIBLINEAR does not hash features: this model was trained with --hash-bits; write another format");
  if (model.calibration)
    throw UsageError("LIBLINEAR models hold no calibration, which this one has; write another format");
  if (model.index_base == 0)
    throw UsageError("LIBLINEAR reads data whose indices start at 1; those of this model start at 0");
  if (model.loss == "poisson") throw UsageError("LIBLINEAR models can not express the loss poisson");
}

}  // namespace

std::string to_liblinear_format(const Model& model) {
  require_expressible(model);
  std::string text = std::string("solver_type ") + solver_type(model) + '\n';
  text += "nr_class " + std::to_string(is_regression(model) ? 2 : model.labels.size()) + '\n';
  if (!is_regression(model)) text += label_line(model);
  text += "nr_feature " + std::to_string(model.features) + '\n';
  text += model.intercept ? "bias 1\nw\n" : "bias -1\nw\n";
  const std::vector<double> zeros(model.outputs);
  std::uint64_t k = 0;
  for (std::uint64_t j = 0; j < model.features; ++j) {
    const bool held = k < model.held_rows() && model.feature_of(k) == j;
    append_row(text, held ? &model.weights[k++ * model.outputs] : zeros.data(), model.outputs);
  }
  if (model.intercept) append_row(text, model.bias.data(), model.outputs);
  return text;
}

}  // namespace sparselearn::model
