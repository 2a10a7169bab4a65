// passes.svg and seconds.svg of `compare`.
#include <algorithm>

#include "cli/compare_results.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/train/trace_figure.hpp"

namespace sparselearn::cli {
namespace {

std::string panel_title(const TraceRun& problem) {
  return problem.dataset + ", " + problem.loss + ", l1 " + to_text(problem.l1, 6) + ", l2 " +
         to_text(problem.l2, 6);
}

// The solver and what the title does not say.
std::string series_label(const FinishedRun& run) {
  std::string label = run.trace.run.solver;
  for (const auto& [name, value] : run.plan->choices)
    if (name != "l1" && name != "l2" && name != "loss")
      label.append(" ").append(name).append(" ").append(value);
  return label;
}

Figure::Series series_of(const FinishedRun& run, const Optimum& optimum, double TraceRow::*x) {
  Figure::Series series{series_label(run), {}};
  for (const TraceRow& row : run.trace.rows)
    series.points.emplace_back(row.*x, optimum.suboptimality(row.objective));
  return series;
}

Figure figure_of(const CompareResults& results, const std::string& x_label, double TraceRow::*x) {
  Figure figure{x_label, "(F - F*) / F(0)", true, {}};
  std::vector<std::string> objectives;  // of the panels
  for (const Setting& setting : settings_of(results)) {
    const FinishedRun& run = *setting.repeats[0];
    const std::string& objective = run.plan->objective;
    const Minimum& minimum = results.minimum(run);
    auto place = std::find(objectives.begin(), objectives.end(), objective);
    if (place == objectives.end()) {
      figure.panels.push_back({panel_title(minimum.problem), {}});
      place = objectives.insert(place, objective);
    }
    Figure::Panel& panel = figure.panels[static_cast<std::size_t>(place - objectives.begin())];
    panel.series.push_back(series_of(run, minimum.optimum, x));
  }
  return figure;
}

}  // namespace

void draw_figures(const CompareResults& results) {
  const auto write = [&](const char* file, const char* x, double TraceRow::*column) {
    write_file(results.path(file), draw(figure_of(results, axis_label(x), column), FigureFormat::svg));
  };
  write("passes.svg", "passes", &TraceRow::passes);
  write("seconds.svg", "seconds", &TraceRow::seconds);
}

}  // namespace sparselearn::cli
