// sparselearn evaluate: loss and metrics of a model on labelled data.
#include <cmath>
#include <functional>
#include <utility>

#include "cli/read_data.hpp"
#include "cli/value.hpp"
#include "sparselearn/base/json.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/model/labels.hpp"
#include "sparselearn/train/evaluation.hpp"
#include "sparselearn/train/list_evaluation.hpp"

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

// What there is to tell of the data.
struct Judged {
  std::uint64_t rows = 0, unknown_features = 0, unknown_labels = 0;
  Figures figures;
};

std::string as_table(const Judged& judged) {
  std::vector<std::pair<std::string, std::string>> lines{{"rows", with_commas(judged.rows)}};
  for (const auto& [name, value] : judged.figures)
    lines.emplace_back(name, std::isnan(value) ? "undefined" : to_text(value, 6));
  return aligned(lines);
}

std::string as_json(const Model& model, const Judged& judged) {
  JsonWriter json;
  json.begin_object().member("rows", judged.rows).member("loss_name", model.loss);
  for (const auto& [name, value] : judged.figures) json.member(name, value);
  json.member("unknown_features", judged.unknown_features);
  if (model.multilabel) json.member("unknown_labels", judged.unknown_labels);
  json.end_object();
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

using Consume = std::function<void(RowBlock&&)>;
using Stream = std::function<void(const Consume&)>;

// Rows with one label each.
Judged judge_rows(const Predictor& predictor, const std::vector<std::string>& paths, const Stream& stream) {
  const LabelMap labels(predictor.model().labels, predictor.model().outputs);
  Evaluation evaluation(predictor);
  stream([&](RowBlock&& block) {
    map_labels(block, labels, paths, evaluation.rows());
    evaluation.add(block);
  });
  return {evaluation.rows(), evaluation.unknown_features(), 0, figures_of(predictor, evaluation)};
}

Judged judge_lists(const Predictor& predictor, const Stream& stream) {
  ListEvaluation evaluation(predictor);
  stream([&](RowBlock&& block) { evaluation.add(block); });
  Figures figures{{"loss", evaluation.loss()}};
  for (const metric::ListInfo& info : metric::of_lists())
    figures.emplace_back(info.name, info.compute(evaluation.counts()));
  return {evaluation.rows(), evaluation.unknown_features(), evaluation.unknown_labels(), std::move(figures)};
}

void tell_unknown(const Judged& judged, Screen& screen) {
  if (judged.unknown_features > 0)
    screen.note("note: " + with_commas(judged.unknown_features) +
                " values of features that the model does not have were ignored");
  if (judged.unknown_labels > 0)
    screen.note("note: " + with_commas(judged.unknown_labels) +
                " labels of rows that the model does not have were ignored");
}

}  // namespace

ExitCode evaluate_command(const Arguments& arguments) {
  arguments.require_positional(2);
  Screen screen(arguments);
  const ThreadLimit limit(Value("threads", arguments.text("threads")).count(0, 4096));
  const Model model = read_model(arguments.positional()[0]);
  const Predictor predictor(model);
  const std::vector<std::string> paths(arguments.positional().begin() + 1, arguments.positional().end());
  const ReadOptions options = read_options(arguments, model);
  if (model.multilabel && !options.label_lists)
    throw UsageError("the model was trained with --multilabel, on LIBSVM text: rows of --input-format " +
                     std::string(arguments.text("input-format")) + " have one label");

  ReadReport report;
  const Stream stream = [&](const Consume& consume) { stream_data(paths, options, screen, report, consume); };
  const Judged judged =
      model.multilabel ? judge_lists(predictor, stream) : judge_rows(predictor, paths, stream);
  OutputFile out("-");
  out.write(arguments.given("json") ? as_json(model, judged) : as_table(judged));
  out.commit();
  tell_unknown(judged, screen);
  return ExitCode::success;
}

}  // namespace sparselearn::cli
