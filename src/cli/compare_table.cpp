#include "cli/compare_table.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "cli/screen.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::cli {
namespace {

using Line = std::vector<std::string>;

std::string number_text(double value) { return std::isnan(value) ? "-" : to_text(value, 3); }

// How sure F* is: by a gap, else by what the run of high precision came to.
std::string proof_text(const Minimum& minimum) {
  const Optimum& found = minimum.optimum;
  if (!std::isnan(found.gap())) return "proved to " + to_text(found.gap() / found.at_zero, 2) + " of F(0)";
  return minimum.solver.empty() ? "the least of the runs" : minimum.solver + " " + minimum.outcome;
}

std::string minimum_text(const Minimum& minimum) {
  const TraceRun& problem = minimum.problem;
  return problem.dataset + ", " + problem.loss + ", l1 " + to_text(problem.l1, 6) + ", l2 " +
         to_text(problem.l2, 6) + ": F* " + to_text(minimum.optimum.value, 12) + ", " + proof_text(minimum) +
         "\n";
}

// What tells settings apart beside solver and grids.
bool several_data(const CompareResults& results) {
  std::set<std::string> names;
  for (const FinishedRun* run : results.runs()) names.insert(run->trace.run.dataset);
  return names.size() > 1;
}

double median(const Setting& setting, const std::function<double(const FinishedRun&)>& figure) {
  std::vector<double> values;
  for (const FinishedRun* run : setting.repeats) values.push_back(figure(*run));
  return quartiles(values).median;
}

Line setting_line(const CompareResults& results, const Setting& setting, bool with_data) {
  const FinishedRun& first = *setting.repeats[0];
  const Optimum& optimum = results.minimum(first).optimum;
  Line line;
  if (with_data) line.push_back(first.trace.run.dataset);
  line.push_back(first.trace.run.solver + (first.plan->settings.solver == "auto" ? " (auto)" : ""));
  for (const std::string& name : results.choices()) line.push_back(choice(first, name));
  for (double Effort::*figure : {&Effort::passes, &Effort::seconds})
    for (const AccuracyLevel& level : accuracy_levels)
      line.push_back(number_text(median(setting, [&](const FinishedRun& run) {
        return effort_to(level.value, run.trace.rows, optimum).*figure;
      })));
  line.push_back(number_text(median(setting, [&](const FinishedRun& run) {
    return optimum.suboptimality(run.trace.rows.back().objective);
  })));
  return line;
}

}  // namespace

std::string compare_table(const CompareResults& results) {
  if (results.runs().empty()) return "";
  std::string text;
  std::set<std::string> told;
  for (const FinishedRun* run : results.runs())
    if (told.insert(run->plan->objective).second) text += minimum_text(results.minimum(*run));
  const bool with_data = several_data(results);
  Line names;
  if (with_data) names.push_back("data");
  names.push_back("solver");
  names.insert(names.end(), results.choices().begin(), results.choices().end());
  const std::size_t left = names.size();
  Line above(left);
  for (const char* what : {"passes to", "seconds to"})
    for (const AccuracyLevel& level : accuracy_levels) {
      above.push_back(level.value == accuracy_levels[0].value ? what : "");
      names.emplace_back(level.name);
    }
  above.push_back("reached");
  names.push_back("(F-F*)/F(0)");
  std::vector<Line> lines{above, names};
  for (const Setting& setting : settings_of(results))
    lines.push_back(setting_line(results, setting, with_data));
  return text + "\n" + table_text(lines, left);
}

}  // namespace sparselearn::cli
