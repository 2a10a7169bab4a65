#include "sparselearn/train/weight_trace.hpp"

#include <utility>
#include <vector>

#include "sparselearn/base/csv.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn {
namespace {

std::vector<std::string> column_names(const Model& model) {
  std::vector<std::string> names{"run", "solver", "problem", "epoch", "passes", "seconds", "objective"};
  const auto add = [&](const std::string& name) {
    for (std::size_t k = 0; k < model.outputs; ++k)
      names.push_back(model.outputs == 1 ? name : name + "_" + std::to_string(k + 1));
  };
  for (std::uint64_t j = 0; j < model.features; ++j)
    add("w" + std::to_string(j + static_cast<std::uint64_t>(model.index_base)));
  if (model.intercept) add("b");
  return names;
}

// Before a file is begun.
const std::string& require_few(const std::string& path, const Model& model) {
  const std::uint64_t count = (model.features + (model.intercept ? 1 : 0)) * model.outputs;
  if (count > WeightTrace::most_coefficients)
    throw UsageError("there are " + with_commas(count) + " coefficients; --trace-weights is for up to " +
                     with_commas(WeightTrace::most_coefficients));
  return path;
}

}  // namespace

WeightTrace::WeightTrace(const std::string& path, const Model& model, std::string problem)
    : problem_(std::move(problem)), file_(require_few(path, model)) {
  file_.write(csv_line(column_names(model)));
}

void WeightTrace::write(const TraceRun& run, const TraceRow& row, const Model& model) {
  std::vector<std::string> fields{run.run,
                                  run.solver,
                                  problem_,
                                  csv_field(row.epoch),
                                  csv_field(row.passes),
                                  csv_field(row.seconds),
                                  csv_field(row.objective)};
  for (const double weight : model.weights) fields.push_back(csv_field(weight));
  if (model.intercept)
    for (const double bias : model.bias) fields.push_back(csv_field(bias));
  file_.write(csv_line(fields));
}

}  // namespace sparselearn
