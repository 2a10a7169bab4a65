// Numbers at the ends of their ranges and data that leave nothing to learn, with every solver and every loss:
// a model of numbers, or a refusal.
#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "sparselearn/base/error.hpp"
#include "sparselearn/data/reader.hpp"
#include "sparselearn/model/labels.hpp"
#include "sparselearn/train/train.hpp"
#include "support/memory_file.hpp"

using namespace sparselearn;

namespace {

struct Case {
  std::string name, rows;
  Penalty penalty = {0, 0.01};
  bool intercept = false;
  float weight = 1;  // of every second row
};

const Case cases[] = {
    {"one row", "1 1:0.5 2:-1\n"},
    {"one row, one feature, no penalty", "1 1:1\n", {0, 0}, true},
    {"one class", "1 1:1\n1 2:1\n1 1:0.5 2:3\n", {0, 0.1}, true},
    {"one feature", "1 1:1\n-1 1:-2\n1 1:0.5\n-1 1:1\n"},
    {"all rows empty", "1\n-1\n1\n", {0.1, 0.1}, true},
    {"rows empty but one", "1\n-1\n-1\n1 3:1\n", {0, 0}, true},
    {"constant features", "1 1:1 2:7\n-1 1:1 2:7\n1 1:1 2:7\n", {0, 0}, true},
    {"separable without a penalty", "1 1:1 2:1\n-1 1:-1 2:1\n1 1:2\n-1 1:-3\n", {0, 0}},
    {"the largest values", "1 1:3.4e38 2:1\n-1 1:-3.4e38 3:1\n1 2:3.4e38\n-1 3:1\n", {0, 0.1}},
    {"the smallest values", "1 1:1e-45 2:1e-38\n-1 1:-1e-45\n1 2:1e-42\n-1 3:1e-45\n", {0, 1e-3}, true},
    {"both", "1 1:3e38 2:1e-45\n-1 1:1e-45 2:3e38\n1 1:1\n-1 2:1\n", {1e-3, 1e-3}},
    {"huge labels", "1e300 1:1\n-1e300 2:1\n1e300 1:1 2:1\n", {0, 0.1}},
    {"tiny labels", "1e-300 1:1\n-1e-300 2:1\n5e-324 1:1 2:1\n", {0, 0.1}, true},
    {"tiny penalties", "1 1:1\n-1 2:1\n1 1:1 2:1\n", {1e-300, 1e-300}},
    {"huge penalties", "1 1:1\n-1 2:1\n1 1:1 2:1\n", {1e300, 1e300}, true},
    {"tiny weights of rows", "1 1:1\n-1 2:1\n1 1:1 2:1\n", {0, 0.1}, false, 1e-45F},
    {"huge weights of rows", "1 1:1\n-1 2:1\n1 1:1 2:1\n", {0, 0.1}, false, 1e38F},
};

/// Labels as `train` maps them; where a loss takes others than the case has, those that it does take.
void map_labels(Dataset& data, const Loss& loss) {
  std::set<double> distinct;
  data.map_labels([&](double y) { return distinct.insert(y), y; });
  if (loss.labels() == LabelKind::positive_count) data.map_labels([](double y) { return std::abs(y); });
  if (loss.labels() == LabelKind::real || loss.labels() == LabelKind::positive_count) return;
  const double least = loss.labels() == LabelKind::binary ? -1 : 0;
  data.map_labels([&](double y) { return y < 0 ? least : 1; });
}

Dataset read(const Case& one, const Loss& loss) {
  ReadReport report;
  Dataset data = read_dataset({MemoryFile(one.rows).path()}, {}, report);
  map_labels(data, loss);
  std::vector<float> weights(data.rows(), 1.0F);
  for (std::size_t i = 0; i < weights.size(); i += 2) weights[i] = one.weight;
  if (one.weight != 1) data.set_weights(weights);
  return data;
}

/// What came of a run; "" when it may be so.
std::string fault_of_run(const Problem& problem, const solver::Info& info, bool& trained) {
  TrainOptions options;
  options.epochs = 5;
  TrainResult result;
  try {
    solver::require_support(info, problem);
    const auto solver = info.make({});
    result = train(problem, *solver, options);
  } catch (const Error&) {  // with a message, which is the refusal
    return "";
  }
  if (result.certificate.reason == "diverged") return "";  // no model is written
  trained = true;
  for (const double w : result.weights)
    if (!std::isfinite(w)) return "a weight is not a number";
  return std::isnan(result.last.objective) ? "the objective is not a number" : "";
}

}  // namespace

TEST_CASE("every solver, every loss: a model of numbers or a refusal, whatever the numbers of the data") {
  for (const Case& one : cases) {
    std::set<std::string_view> trained;
    for (const loss::Info& loss_info : loss::all()) {
      const auto loss = loss_info.make({});
      const Dataset data = read(one, *loss);
      const Problem problem(data, *loss, one.penalty, one.intercept);
      for (const solver::Info& info : solver::all()) {
        CAPTURE(one.name);
        CAPTURE(loss_info.name);
        CAPTURE(info.name);
        bool done = false;
        CHECK(fault_of_run(problem, info, done) == "");
        if (done) trained.insert(info.name);
      }
    }
    CAPTURE(one.name);
    CHECK(trained.size() >= 10);  // the walk would see little if all refused
  }
}
