// sparselearn inspect: what data or a model holds.
#include <algorithm>
#include <cmath>
#include <utility>

#include "cli/calibrating.hpp"
#include "cli/check.hpp"
#include "cli/data_summary.hpp"
#include "cli/plan.hpp"
#include "cli/read_data.hpp"
#include "cli/value.hpp"
#include "sparselearn/base/input_file.hpp"
#include "sparselearn/base/json.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/model/model.hpp"

namespace sparselearn::cli {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

double density(const ReadReport& report) {
  const double cells = static_cast<double>(report.rows) * static_cast<double>(report.features);
  return cells > 0 ? static_cast<double>(report.nonzeros) / cells : 0;
}

std::string range_text(const Range& range) {
  return to_text(range.least, 6) + " to " + to_text(range.largest, 6) + ", mean " + to_text(range.mean, 6);
}

std::string label_text(const DataSummary& summary) {
  constexpr std::size_t shown = 12;
  if (summary.label_lists && summary.labels.empty()) return "none";
  if (summary.labels.empty() || summary.labels.size() > shown) {
    const std::string count = summary.labels.empty() ? "more than 1,000" : with_commas(summary.labels.size());
    return count + " different, " + range_text(summary.label_range);
  }
  std::string text;
  for (const auto& [label, rows] : summary.labels)
    text += (text.empty() ? "" : ", ") + to_text(label) + " (" + with_commas(rows) + " rows)";
  return text;
}

// Labels a row over labels.
double label_density(const DataSummary& summary) {
  return summary.labels.empty() ? 0 : summary.list_lengths.mean / static_cast<double>(summary.labels.size());
}

std::string cardinality_text(const DataSummary& summary) {
  return to_text(summary.list_lengths.mean, 6) + " labels a row, " + to_text(summary.list_lengths.least) +
         " to " + to_text(summary.list_lengths.largest) + ", " + to_text(100 * label_density(summary), 3) +
         "% of all pairs; " + with_commas(summary.rows_unlabelled) + " rows have none";
}

std::string data_table(const DataSummary& summary, const ReadReport& report) {
  Lines lines{{"rows", with_commas(report.rows)},
              {"features",
               with_commas(report.features) + ", " + with_commas(summary.used_features) + " of them used"},
              {"nonzeros",
               with_commas(report.nonzeros) + ", " + to_text(100 * density(report), 3) + "% of all cells"},
              {"labels", label_text(summary)},
              {"values", summary.all_ones ? "all 1" : range_text(summary.values)},
              {"row lengths", range_text(summary.row_lengths)},
              {"row norms", range_text(summary.row_norms)},
              {"empty rows", with_commas(summary.empty_rows)},
              {"index base", std::to_string(report.index_base)},
              {"text", bytes_text(report.bytes) + " in " + with_commas(report.lines) + " lines"},
              {"memory", bytes_text(summary.memory)}};
  if (summary.label_lists) lines.insert(lines.begin() + 4, {"cardinality", cardinality_text(summary)});
  if (report.skipped > 0) lines.emplace_back("bad lines", with_commas(report.skipped) + " skipped");
  return aligned(lines);
}

void write_range(JsonWriter& json, std::string_view name, const Range& range) {
  json.key(name)
      .begin_object()
      .member("min", range.least)
      .member("mean", range.mean)
      .member("max", range.largest)
      .end_object();
}

void write_data(JsonWriter& json, const DataSummary& summary, const ReadReport& report) {
  json.begin_object().member("kind", "data").member("rows", report.rows).member("features", report.features);
  json.member("used_features", summary.used_features)
      .member("nonzeros", report.nonzeros)
      .member("density", density(report));
  json.key("labels").begin_array();
  for (const auto& [label, rows] : summary.labels)
    json.begin_object().member("label", label).member("rows", rows).end_object();
  json.end_array();
  write_range(json, "label_range", summary.label_range);
  if (summary.label_lists) {
    write_range(json, "labels_a_row", summary.list_lengths);
    json.member("label_density", label_density(summary)).member("rows_unlabelled", summary.rows_unlabelled);
  }
  write_range(json, "values", summary.values);
  write_range(json, "row_lengths", summary.row_lengths);
  write_range(json, "row_norms", summary.row_norms);
  json.member("empty_rows", summary.empty_rows).member("index_base", report.index_base);
  json.member("text_bytes", report.bytes)
      .member("lines", report.lines)
      .member("skipped_lines", report.skipped);
  json.member("memory_bytes", summary.memory).end_object();
}

// A nonzero weight of one output, as the largest ones are listed.
struct TopWeight {
  std::uint64_t feature;
  std::size_t output;
  double weight;
};

std::vector<TopWeight> top_weights(const Model& model, std::size_t count) {
  std::vector<TopWeight> all;
  for (std::size_t k = 0; k < model.weights.size(); ++k)
    if (model.weights[k] != 0) all.push_back({k / model.outputs, k % model.outputs, model.weights[k]});
  count = std::min(count, all.size());
  const auto larger = [](const TopWeight& a, const TopWeight& b) {
    return std::abs(a.weight) != std::abs(b.weight)
               ? std::abs(a.weight) > std::abs(b.weight)
               : std::pair(a.feature, a.output) < std::pair(b.feature, b.output);
  };
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), all.end(), larger);
  all.resize(count);
  return all;
}

// The feature's index as the data writes it.
std::uint64_t written_index(const Model& model, const TopWeight& top) {
  return top.feature + static_cast<std::uint64_t>(model.index_base);
}

// The names of the features, a line each, in their order; none without a file. A model can be narrower than
// its names, where the last features did not occur in the rows; a feature without a name tells of a wrong
// file.
std::vector<std::string> read_names(const std::string& path, const Model& model, Screen& screen) {
  std::vector<std::string> names;
  if (path.empty()) return names;
  const std::string text = read_file(path);
  for (const std::string_view line : split(text, '\n'))
    names.emplace_back(line.substr(0, line.size() - (line.ends_with('\r') ? 1 : 0)));
  if (names.back().empty()) names.pop_back();  // behind the last end of line
  if (names.size() < model.features)
    throw DataError(Place{path}, "there are " + with_commas(names.size()) + " names for the model's " +
                                     with_commas(model.features) + " features; expected a line for each");
  if (names.size() > model.features)
    screen.note("note: the last " + with_commas(names.size() - model.features) + " of the " +
                with_commas(names.size()) + " names are beyond the model's " + with_commas(model.features) +
                " features");
  return names;
}

std::string numbers_text(const std::vector<double>& numbers) {
  constexpr std::size_t shown = 12;
  std::string text;
  for (std::size_t k = 0; k < std::min(shown, numbers.size()); ++k)
    text += (k > 0 ? ", " : "") + to_text(numbers[k]);
  return numbers.size() > shown ? text + ", ... (" + with_commas(numbers.size()) + ")" : text;
}

std::string model_table(const Model& model, std::size_t top, const std::vector<std::string>& names) {
  Lines lines{{"loss", model.loss}, {"solver", model.solver}};
  if (!model.labels.empty())
    lines.emplace_back("labels", numbers_text(model.labels) + (model.multilabel ? "; multilabel" : ""));
  lines.emplace_back("features", with_commas(model.features));
  if (model.outputs > 1) lines.emplace_back("outputs", with_commas(model.outputs));
  lines.emplace_back("weights", with_commas(model.nonzeros()) + " of " + with_commas(model.weights.size()) +
                                    " are not zero");
  lines.emplace_back("intercept", model.intercept ? numbers_text(model.bias) : "none");
  if (model.calibration) lines.emplace_back("calibration", calibration_text(model.calibration));
  lines.emplace_back("l1", to_text(model.l1));
  lines.emplace_back("l2", to_text(model.l2));
  lines.emplace_back("index base", std::to_string(model.index_base));
  lines.emplace_back("seed", std::to_string(model.seed));
  lines.insert(lines.end(), model.extra.begin(), model.extra.end());
  std::string text = aligned(lines);
  Lines largest;
  for (const TopWeight& weight : top_weights(model, top)) {
    const std::string label =
        model.outputs > 1 || model.multilabel ? "  label " + to_text(model.labels[weight.output]) : "";
    const std::string name = names.empty() ? "" : "  " + names[weight.feature];
    std::string feature = "  feature " + std::to_string(written_index(model, weight));
    feature.append(name).append(label);
    largest.emplace_back(std::move(feature), to_text(weight.weight));
  }
  return text + (largest.empty() ? "" : "largest weights\n" + aligned(largest));
}

void write_model_json(JsonWriter& json, const Model& model, std::size_t top,
                      const std::vector<std::string>& names) {
  json.begin_object().member("kind", "model").member("loss", model.loss).member("solver", model.solver);
  json.key("labels").begin_array();
  for (const double label : model.labels) json.value(label);
  json.end_array().member("multilabel", model.multilabel);
  json.member("features", model.features).member("outputs", model.outputs);
  json.member("nonzeros", model.nonzeros())
      .member("intercept", model.intercept)
      .member("l1", model.l1)
      .member("l2", model.l2);
  json.member("index_base", model.index_base).member("seed", model.seed);
  if (model.calibration) json.member("calibration", calibration_text(model.calibration));
  for (const auto& [key, value] : model.extra) json.member(key, value);
  json.key("top_weights").begin_array();
  for (const TopWeight& weight : top_weights(model, top)) {
    json.begin_object().member("feature", written_index(model, weight));
    if (!names.empty()) json.member("name", names[weight.feature]);
    if (model.outputs > 1 || model.multilabel) json.member("label", model.labels[weight.output]);
    json.member("weight", weight.weight).end_object();
  }
  json.end_array().end_object();
}

}  // namespace

ExitCode inspect_command(const Arguments& arguments) {
  arguments.require_positional(1);
  if (arguments.given("plan")) return plan_data(arguments);
  arguments.require_absent({"loss", "l1"}, "inspect without --plan");
  if (arguments.given("check")) return check_data(arguments);
  arguments.require_absent({"fix"}, "inspect without --check");
  const std::size_t top = Value("top", arguments.text("top")).count();
  const bool as_json = arguments.given("json");
  Screen screen(arguments);
  const ThreadLimit limit(Value("threads", arguments.text("threads")).count(0, 4096));

  JsonWriter json;
  std::string table;
  if (!arguments.given("input-format") && is_model(arguments.positional()[0])) {
    arguments.require_positional(1, 1);
    const Model model = read_model(arguments.positional()[0]);
    const auto names = read_names(std::string(arguments.text("names")), model, screen);
    as_json ? write_model_json(json, model, top, names) : void(table = model_table(model, top, names));
  } else {
    arguments.require_absent({"names"}, "data");
    ReadReport report;
    DataSurvey survey;
    survey_data(arguments.positional(), read_options(arguments), screen, report,
                [&](const RowBlock& block) { survey.add(block); });
    const DataSummary summary = survey.summary();
    as_json ? write_data(json, summary, report) : void(table = data_table(summary, report));
  }
  OutputFile out("-");
  out.write(as_json ? json.text() : table);
  out.commit();
  return ExitCode::success;
}

}  // namespace sparselearn::cli
