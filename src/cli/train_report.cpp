#include "cli/train_report.hpp"

#include <cmath>

#include "sparselearn/base/json.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::cli {
namespace {

using Figures = std::vector<std::pair<std::string, std::string>>;

// All figures of one summary stand in one column, though it is written in two parts.
constexpr std::size_t name_width = 12;

std::string figures_text(const Figures& figures) {
  std::string text;
  for (const auto& [name, value] : figures)
    text.append(name).append(name_width - name.size(), ' ').append(value).append("\n");
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string data_figures(const TrainData& data) {
  const double cells = static_cast<double>(data.rows.rows()) * static_cast<double>(data.features());
  const double dense = cells > 0 ? static_cast<double>(data.rows.nonzeros()) / cells : 0;
  return with_commas(data.rows.rows()) + " rows, " + with_commas(data.features()) + " features, " +
         with_commas(data.rows.nonzeros()) + " nonzeros (" + to_text(100 * dense, 3) + "%), " +
         bytes_text(data.rows.memory());
}

std::string list_figures(const TrainData& data) {
  std::uint64_t listed = 0;
  for (const RowBlock& block : data.rows.blocks()) listed += block.lists.labels.size();
  const double a_row = static_cast<double>(listed) / static_cast<double>(data.rows.rows());
  return with_commas(data.labels.classes()) + (data.labels.classes() == 1 ? " label, " : " labels, ") +
         to_text(a_row, 3) + " a row";
}

std::string label_figures(const TrainData& data) {
  if (data.rows.label_lists()) return list_figures(data);
  const LabelMap& labels = data.labels;
  if (labels.classes() == 0) return "real labels";
  if (labels.classes() == 2)
    return "labels " + to_text(labels.labels()[0]) + " and " + to_text(labels.labels()[1]);
  return with_commas(labels.classes()) + " labels";
}

std::string problem_figures(const TrainSettings& settings, const TrainData& data, const Fit& fit) {
  return settings.loss + ", " + label_figures(data) + ", l1 " + to_text(fit.l1, 6) + ", l2 " +
         to_text(fit.l2, 6) + (settings.l2 ? "" : " (1/S)") + (settings.intercept ? ", with intercept" : "");
}

std::string solver_figures(const TrainSettings& settings, const Fit& fit) {
  return fit.solver + (fit.choice.empty() ? "" : " (auto: " + fit.choice + ")") + ", " +
         std::to_string(fit.threads) + (fit.threads == 1 ? " thread" : " threads") + ", seed " +
         std::to_string(settings.solver_options.seed);
}

std::string metric_name(const TrainSettings& settings) {
  return settings.metric == "auto" ? "metric" : settings.metric;
}

void write_certificate(JsonWriter& json, const Certificate& certificate) {
  json.member("converged", certificate.converged);
  json.member("certificate",
              certificate.kind == Certificate::Kind::duality_gap ? "duality gap" : "projected gradient");
  json.member("certificate_value", certificate.value).member("certificate_target", certificate.target);
  json.member("reason", certificate.reason);
}

}  // namespace

std::string opening(const TrainSettings& settings, const TrainData& data, const Fit& fit) {
  Figures figures{{"data", joined(settings.data)},
                  {"", data_figures(data)},
                  {"problem", problem_figures(settings, data, fit)},
                  {"solver", solver_figures(settings, fit)}};
  if (!settings.resume.empty()) figures.emplace_back("resumed", settings.resume);
  if (data.valid)
    figures.insert(figures.begin() + 2, {"validation", with_commas(data.valid->rows()) + " rows"});
  return figures_text(figures);
}

std::string closing(const TrainSettings& settings, const TrainData& data, const Fit& fit) {
  const TraceRow& last = fit.result.last;
  Figures figures{
      {"work", to_text(last.epoch, 6) + " epochs, " + with_commas(last.updates) + " updates, " +
                   to_text(last.passes, 6) + " passes"},
      {"time", "reading " + duration_text(data.report.seconds) + ", training " + duration_text(last.seconds) +
                   ", evaluation " + duration_text(fit.result.evaluation_seconds)},
      {"objective", to_text(last.objective, 10) + ", of it loss " + to_text(last.train_loss, 10)},
      {"weights", with_commas(last.nonzeros) + " of " + with_commas(fit.coefficients) + " are not zero"}};
  if (data.valid)
    figures.emplace_back("validation", metric_name(settings) + " " + to_text(last.valid_metric, 6) +
                                           ", loss " + to_text(last.valid_loss, 6));
  if (!settings.model.empty() && settings.model != "-") figures.emplace_back("model", settings.model);
  if (!settings.checkpoint.empty()) figures.emplace_back("checkpoint", settings.checkpoint);
  return figures_text(figures);
}

std::string summary_json(const TrainSettings& settings, const TrainData& data, const Fit& fit) {
  const TraceRow& last = fit.result.last;
  JsonWriter json;
  json.begin_object().member("version", SPARSELEARN_VERSION).key("data").begin_array();
  for (const std::string& path : settings.data) json.value(path);
  json.end_array().member("rows", data.rows.rows()).member("features", data.features());
  json.member("nonzeros", data.rows.nonzeros()).member("skipped_lines", data.report.skipped);
  json.member("loss", settings.loss)
      .member("l1", fit.l1)
      .member("l2", fit.l2)
      .member("intercept", settings.intercept);
  json.member("solver", fit.solver)
      .member("threads", fit.threads)
      .member("seed", settings.solver_options.seed);
  json.member("epochs", last.epoch)
      .member("updates", last.updates)
      .member("passes", last.passes)
      .member("step", last.step);
  json.member("read_seconds", data.report.seconds).member("train_seconds", last.seconds);
  json.member("evaluation_seconds", fit.result.evaluation_seconds);
  json.member("objective", last.objective)
      .member("train_loss", last.train_loss)
      .member("grad_norm", last.grad_norm);
  json.member("duality_gap", last.duality_gap).member("nonzero_weights", last.nonzeros);
  json.member("valid_loss", last.valid_loss).member("valid_metric", last.valid_metric);
  write_certificate(json, fit.result.certificate);
  json.end_object();
  return json.text();
}

std::string row_text(const TraceRow& row) {
  std::string text = "epoch " + to_text(row.epoch, 6) + "  objective " + to_text(row.objective, 8);
  if (!std::isnan(row.duality_gap))
    text += "  duality gap " + to_text(row.duality_gap, 3);
  else
    text += "  projected gradient " + to_text(row.grad_norm, 3);
  if (!std::isnan(row.valid_metric)) text += "  validation " + to_text(row.valid_metric, 6);
  return text;
}

}  // namespace sparselearn::cli
