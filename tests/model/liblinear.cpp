// Models written for LIBLINEAR get the same answers from its own predict.
#include <doctest/doctest.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/random.hpp"
#include "sparselearn/model/model.hpp"
#include "temporary_folder.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

constexpr std::uint32_t features = 40;

bool liblinear_is_there() {
  const bool there = std::system("command -v liblinear-predict >/dev/null 2>&1") == 0;
  if (!there)
    MESSAGE("liblinear-predict (Debian package liblinear-tools) is not installed: agreement is not checked");
  return there;
}

Model random_model(const std::string& loss, std::vector<double> labels, std::size_t outputs, bool intercept) {
  Random random(outputs + labels.size());
  Model model;
  model.loss = loss;
  model.labels = std::move(labels);
  model.features = features;
  model.outputs = outputs;
  model.intercept = intercept;
  for (std::size_t k = 0; k < features * outputs; ++k)
    model.weights.push_back(random.below(3) == 0 ? 0.0 : random.uniform() - 0.5);
  for (std::size_t c = 0; c < outputs; ++c) model.bias.push_back(intercept ? random.uniform() - 0.5 : 0.0);
  return model;
}

struct Row {
  std::vector<std::uint32_t> index;
  std::vector<float> value;
};

/// Rows that reach beyond the model's width, some of them empty.
std::vector<Row> random_rows(std::size_t count) {
  Random random(5);
  std::vector<Row> rows(count);
  for (std::size_t i = 1; i < count; ++i)
    for (std::uint32_t j = 0; j < features + 5; ++j)
      if (random.below(4) == 0) {
        rows[i].index.push_back(j);
        rows[i].value.push_back(static_cast<float>(random.uniform() - 0.5));
      }
  return rows;
}

std::string as_text(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) {
    text += '1';
    for (std::size_t k = 0; k < row.index.size(); ++k)
      text += ' ' + std::to_string(row.index[k] + 1) + ':' + to_text(static_cast<double>(row.value[k]));
    text += '\n';
  }
  return text;
}

std::vector<double> their_answers(const Model& model, const std::vector<Row>& rows) {
  const TemporaryFolder folder;
  write_model(model, folder / "model", ModelFormat::liblinear);
  write_text(folder / "data", as_text(rows));
  const std::string command =
      "cd '" + folder.path.string() + "' && liblinear-predict data model out >/dev/null";
  REQUIRE(std::system(command.c_str()) == 0);
  std::istringstream lines(read_text(folder / "out"));
  std::vector<double> answers;
  for (std::string line; std::getline(lines, line);) answers.push_back(parse_double(line).value());
  REQUIRE(answers.size() == rows.size());
  return answers;
}

void check_agreement(const Model& model, double tolerance) {
  const std::vector<Row> rows = random_rows(500);
  const std::vector<double> theirs = their_answers(model, rows);
  std::vector<double> z(model.outputs);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    model.score({rows[i].index.data(), rows[i].value.data(), rows[i].index.size()}, z.data());
    CHECK(std::abs(model.label_of(z.data()) - theirs[i]) <= tolerance);
  }
}

}  // namespace

TEST_CASE("LIBLINEAR: binary, multi-class and regression models give the same answers") {
  if (!liblinear_is_there()) return;
  for (const bool intercept : {false, true}) {
    for (const char* loss : {"logistic", "hinge", "squared-hinge", "exponential"})
      check_agreement(random_model(loss, {-1, 1}, 1, intercept), 0);
    check_agreement(random_model("logistic", {2, 0}, 1, intercept),
                    0);  // the positive label need not be the larger one
    check_agreement(random_model("softmax", {1, 2, 5, 9}, 4, intercept), 0);
    check_agreement(random_model("softmax", {0, 1}, 2, intercept), 0);
    check_agreement(random_model("logistic", {1, 2, 5}, 3, intercept), 0);  // one against the rest
    check_agreement(random_model("squared", {}, 1, intercept),
                    1e-12);  // they add the terms in the same order
  }
}

TEST_CASE("LIBLINEAR: what it can not express is refused") {
  const TemporaryFolder folder;
  const auto write = [&](const Model& model) {
    write_model(model, folder / "model", ModelFormat::liblinear);
  };
  Model model = random_model("logistic", {-1, 1}, 1, false);
  model.index_base = 0;
  CHECK_THROWS_WITH_AS(write(model), doctest::Contains("indices start at 1"), UsageError);
  CHECK_THROWS_WITH_AS(write(random_model("logistic", {0.5, 1}, 1, false)),
                       doctest::Contains("the label 0.5"), UsageError);
  CHECK_THROWS_WITH_AS(write(random_model("poisson", {}, 1, false)), doctest::Contains("poisson"),
                       UsageError);
  CHECK(folder.entries() == 0);
}
