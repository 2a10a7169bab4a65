#include "sparselearn/train/trace_figure.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace sparselearn {
namespace {

// Columns that tell runs apart, and how a legend names them.
constexpr std::pair<std::string_view, std::string_view> telling[] = {
    {"solver", ""}, {"dataset", ""},         {"loss", ""},     {"l1", "l1 "},
    {"l2", "l2 "},  {"threads", "threads "}, {"seed", "seed "}};

// A run of one of the files.
struct Run {
  const CsvTable* table;
  std::string name;  // in the column `run`
  std::vector<const CsvTable::Row*> rows;

  std::string text(std::string_view column) const {
    const auto found = table->column(column);
    return found ? rows.front()->fields[*found] : "";
  }
  std::string objective() const {
    return text("dataset") + '\n' + text("loss") + '\n' + text("l1") + '\n' + text("l2");
  }
};

std::vector<Run> runs_of(const std::vector<CsvTable>& traces) {
  std::vector<Run> runs;
  for (const CsvTable& table : traces) {
    std::map<std::string, std::size_t> place;
    const auto column = table.column("run");
    for (const CsvTable::Row& row : table.rows()) {
      const std::string name = column ? row.fields[*column] : "";
      const auto [found, is_new] = place.try_emplace(name, runs.size());
      if (is_new) runs.push_back({&table, name, {}});
      runs[found->second].rows.push_back(&row);
    }
  }
  return runs;
}

// The legend's words of one run, without number and file.
std::string short_label(const Run& run, const std::set<std::string_view>& differing) {
  std::string label;
  for (const auto& [column, word] : telling) {
    const std::string value = run.text(column);
    if (value.empty() || (column != "solver" && !differing.contains(column))) continue;
    label += (label.empty() ? "" : " ") + std::string(word) + value;
  }
  return label;
}

std::vector<std::string> labels_of(const std::vector<Run>& runs) {
  std::set<std::string_view> differing;
  for (const auto& [column, word] : telling)
    for (const Run& run : runs)
      if (run.text(column) != runs[0].text(column)) differing.insert(column);
  std::vector<std::string> labels;
  std::map<std::string, int> uses;
  for (const Run& run : runs) {
    labels.push_back(short_label(run, differing));
    ++uses[labels.back()];
  }
  const bool several_files =
      std::any_of(runs.begin(), runs.end(), [&](const Run& run) { return run.table != runs[0].table; });
  for (std::size_t k = 0; k < runs.size(); ++k) {
    if (uses[labels[k]] == 1 && !labels[k].empty()) continue;
    if (several_files) labels[k] += " " + runs[k].table->path();
    if (!runs[k].name.empty()) labels[k] += " run " + runs[k].name;
    if (labels[k].starts_with(' ')) labels[k].erase(0, 1);
  }
  return labels;
}

// F* of each objective.
std::map<std::string, double> optima_of(const std::vector<Run>& runs) {
  std::map<std::string, double> optima;
  for (const Run& run : runs) {
    const std::size_t objective = run.table->require_column("objective");
    const auto found = optima.try_emplace(run.objective(), std::numeric_limits<double>::quiet_NaN()).first;
    for (const CsvTable::Row* row : run.rows)
      found->second = std::fmin(found->second, run.table->number(*row, objective));
  }
  return optima;
}

bool logarithmic(const TraceAxes& axes) {
  if (axes.scale != TraceAxes::Scale::automatic) return axes.scale == TraceAxes::Scale::logarithmic;
  return axes.y == "suboptimality" || axes.y == "duality_gap" || axes.y == "grad_norm" || axes.y == "step";
}

std::string y_label(const TraceAxes& axes) {
  if (axes.y == "suboptimality") return "suboptimality F - F*";
  if (axes.y == "objective") return "objective F";
  if (axes.y == "duality_gap") return "duality gap, F - lower bound";
  if (axes.y == "grad_norm") return "largest entry of the projected gradient";
  if (axes.y == "seconds") return "training time (seconds)";
  std::string label = axes.y;
  std::replace(label.begin(), label.end(), '_', ' ');
  return label;
}

}  // namespace

std::string axis_label(const std::string& x) {
  if (x == "passes") return "passes over the data";
  if (x == "epochs") return "epochs (gradient evaluations / N)";
  return x == "seconds" ? "training time (seconds)" : "updates of the weights";
}

Figure trace_figure(const std::vector<CsvTable>& traces, const TraceAxes& axes) {
  const std::vector<Run> runs = runs_of(traces);
  Figure figure{axis_label(axes.x), y_label(axes), logarithmic(axes), {{}}};
  if (runs.empty()) return figure;
  const bool relative = axes.y == "suboptimality";
  const auto optima = relative && !axes.optimum ? optima_of(runs) : std::map<std::string, double>();
  const std::vector<std::string> labels = labels_of(runs);
  for (std::size_t k = 0; k < runs.size(); ++k) {
    const Run& run = runs[k];
    const std::size_t x = run.table->require_column(axes.x == "epochs" ? "epoch" : axes.x);
    const std::size_t y = run.table->require_column(relative ? "objective" : axes.y);
    const double zero = !relative ? 0 : axes.optimum ? *axes.optimum : optima.at(run.objective());
    Figure::Series series{labels[k], {}};
    for (const CsvTable::Row* row : run.rows)
      series.points.emplace_back(run.table->number(*row, x), run.table->number(*row, y) - zero);
    figure.panels[0].series.push_back(std::move(series));
  }
  return figure;
}

}  // namespace sparselearn
