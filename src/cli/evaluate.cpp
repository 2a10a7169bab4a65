// sparselearn evaluate: loss and metrics of a model on labelled data.
#include <cmath>

#include "cli/read_data.hpp"
#include "cli/value.hpp"
#include "sparselearn/base/json.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/model/labels.hpp"
#include "sparselearn/train/evaluation.hpp"

namespace sparselearn::cli {
namespace {

using Figures = std::vector<std::pair<std::string, double>>;

Figures figures_of(const Predictor& predictor, const Evaluation& evaluation) {
  const unsigned task = 1U << static_cast<unsigned>(task_of(predictor));
  Figures figures{{"loss", evaluation.loss()}};
  for (const metric::Info& info : metric::all()) {
    const bool applies = (info.tasks & task) && (!info.needs_probability || predictor.has_probabilities());
    if (applies) figures.emplace_back(info.name, evaluation.metric(info));
  }
  return figures;
}

std::string as_table(std::uint64_t rows, const Figures& figures) {
  std::vector<std::pair<std::string, std::string>> lines{{"rows", with_commas(rows)}};
  for (const auto& [name, value] : figures)
    lines.emplace_back(name, std::isnan(value) ? "undefined" : to_text(value, 6));
  return aligned(lines);
}

std::string as_json(const Model& model, const Evaluation& evaluation, const Figures& figures) {
  JsonWriter json;
  json.begin_object().member("rows", evaluation.rows()).member("loss_name", model.loss);
  for (const auto& [name, value] : figures) json.member(name, value);
  json.member("unknown_features", evaluation.unknown_features()).end_object();
  return json.text();
}

// To the loss's own; `before` rows have gone by.
void map_labels(RowBlock& block, const LabelMap& labels, const std::vector<std::string>& paths,
                std::uint64_t before) {
  for (std::size_t r = 0; r < block.rows(); ++r) try {
      block.labels[r] = labels.to_loss(block.labels[r]);
    } catch (const DataError& error) {
      const std::string more = paths.size() > 1 ? " and the files after it" : "";
      throw DataError("row " + std::to_string(before + r + 1) + " of " + paths.front() + more + ": " +
                      error.what());
    }
}

}  // namespace

ExitCode evaluate_command(const Arguments& arguments) {
  arguments.require_positional(2);
  Screen screen(arguments);
  const ThreadLimit limit(Value("threads", arguments.text("threads")).count(0, 4096));
  const Model model = read_model(arguments.positional()[0]);
  const Predictor predictor(model);
  const LabelMap labels(model.labels, model.outputs);
  const std::vector<std::string> paths(arguments.positional().begin() + 1, arguments.positional().end());

  Evaluation evaluation(predictor);
  ReadReport report;
  stream_data(paths, read_options(arguments, model), screen, report, [&](RowBlock&& block) {
    map_labels(block, labels, paths, evaluation.rows());
    evaluation.add(block);
  });
  const Figures figures = figures_of(predictor, evaluation);
  OutputFile out("-");
  out.write(arguments.given("json") ? as_json(model, evaluation, figures)
                                    : as_table(evaluation.rows(), figures));
  out.commit();
  if (evaluation.unknown_features() > 0)
    screen.note("note: " + with_commas(evaluation.unknown_features()) +
                " values of features that the model does not have were ignored");
  return ExitCode::success;
}

}  // namespace sparselearn::cli
