// Random rows with a loss and a penalty: a problem, and all that it stands on.
#pragma once
#include <memory>
#include <string>

#include "sparselearn/engine/problem.hpp"
#include "support/random_rows.hpp"

namespace sparselearn::tests {

struct RandomProblem {
  /// The labels are such as the loss takes; softmax has 3 classes.
  RandomProblem(RandomRows shape, const std::string& loss_name, Penalty penalty, bool intercept) {
    shape.labels = loss_name == "squared"   ? RandomLabels::real
                   : loss_name == "softmax" ? RandomLabels::classes3
                                            : RandomLabels::binary;
    data = random_rows(shape);
    LossOptions options;
    options.classes = 3;
    loss = loss::make(loss_name, options);
    problem = std::make_unique<Problem>(data, *loss, penalty, intercept);
  }
  RandomProblem(const RandomProblem&) = delete;
  RandomProblem& operator=(const RandomProblem&) = delete;

  Dataset data;
  std::unique_ptr<Loss> loss;
  std::unique_ptr<Problem> problem;
};

}  // namespace sparselearn::tests
