// Models to write and read in the tests of the formats.
#pragma once
#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "sparselearn/model/model.hpp"
#include "temporary_folder.hpp"

namespace sparselearn::tests {

/// A binary model with weights at the ends of the double range.
inline Model extreme_model() {
  using limits = std::numeric_limits<double>;
  Model model;
  model.loss = "logistic";
  model.solver = "saga";
  model.l1 = 1e-300;
  model.l2 = 1.0 / 3;
  model.seed = UINT64_MAX;
  model.features = 9;
  model.index_base = 0;
  model.labels = {-1, 1};
  model.intercept = true;
  model.bias = {-0.1};
  model.weights = {limits::max(), 0, limits::denorm_min(), -limits::min(), 0.1, 1e23, 0, -limits::max(), 0};
  model.extra = {{"parts", "4"}, {"certificate", "converged: duality gap 1e-09 <= 1e-08"}};
  return model;
}

/// With probabilities of its own; other than in the usual case the label of +1 is the smaller one.
inline Model calibrated_model(Calibration::Kind kind) {
  Model model;
  model.loss = "hinge";
  model.features = 2;
  model.labels = {3, 1};
  model.bias = {0};
  model.weights = {0.1, -1.0 / 3};
  model.calibration.kind = kind;
  if (kind == Calibration::Kind::platt) {
    model.calibration.a = -1.0 / 3;
    model.calibration.b = 1e-17;
  } else {
    model.calibration.scores = {-1e300, 0.1, 1.0 / 3};
    model.calibration.probabilities = {0, 2.0 / 3, 2.0 / 3};
  }
  return model;
}

/// Three classes, one feature without weights.
inline Model class_model() {
  Model model;
  model.loss = "softmax";
  model.solver = "lbfgs";
  model.l2 = 0.01;
  model.features = 3;
  model.outputs = 3;
  model.labels = {1, 2, 5};
  model.bias = {0, 0, 0};
  model.weights = {0.5, -0.25, 0, 0, 0, 0, -1, 2, 0.125};
  model.loss_options.classes = 3;
  return model;
}

/// A score a label, of which a row has any number.
inline Model multilabel_model() {
  Model model = class_model();
  model.loss = "logistic";
  model.loss_options = {};
  model.loss_options.classes = 3;
  model.multilabel = true;
  model.intercept = true;
  model.bias = {0.5, 0, -1};
  return model;
}

inline Model regression_model() {
  Model model;
  model.loss = "huber";
  model.loss_options.huber_delta = 2.5;
  model.l2 = 0.5;
  model.features = 2;
  model.bias = {0};
  model.weights = {1.5, -2};
  return model;
}

inline void check_same(const Model& a, const Model& b) {
  CHECK(a.loss == b.loss);
  CHECK(a.solver == b.solver);
  CHECK(a.l1 == b.l1);
  CHECK(a.l2 == b.l2);
  CHECK(a.seed == b.seed);
  CHECK(a.features == b.features);
  CHECK(a.outputs == b.outputs);
  CHECK(a.intercept == b.intercept);
  CHECK(a.index_base == b.index_base);
  CHECK(a.labels == b.labels);
  CHECK(a.multilabel == b.multilabel);
  CHECK(a.extra == b.extra);
  CHECK(a.weights == b.weights);
  CHECK(a.bias == b.bias);
  CHECK(a.calibration == b.calibration);
  CHECK(a.loss_options.huber_delta == b.loss_options.huber_delta);
  CHECK(a.loss_options.classes == b.loss_options.classes);
}

/// The bytes of the model's file.
inline std::string written(const Model& model, ModelFormat format) {
  const TemporaryFolder folder;
  write_model(model, folder / "model", format);
  return read_text(folder / "model");
}

/// The text with the first `old`, which must be there, made `fresh`.
inline std::string replaced(std::string text, const std::string& old, const std::string& fresh) {
  REQUIRE(text.find(old) != std::string::npos);
  return text.replace(text.find(old), old.size(), fresh);
}

}  // namespace sparselearn::tests
