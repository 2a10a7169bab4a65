// The two summaries of `compare`: a row a run, and a row a setting with quartiles over its repeats.
#include <algorithm>
#include <functional>

#include "cli/compare_results.hpp"
#include "sparselearn/base/csv.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::cli {
namespace {

using Fields = std::vector<std::string>;

// A figure of a run.
struct Figure {
  std::string name;
  std::function<double(const FinishedRun&, const Optimum&)> of;
};

std::vector<Figure> figures() {
  std::vector<Figure> all{
      {"objective", [](const FinishedRun& r, const Optimum&) { return r.trace.rows.back().objective; }},
      {"suboptimality", [](const FinishedRun& r, const Optimum& o) {
         return o.suboptimality(r.trace.rows.back().objective);
       }}};
  for (const AccuracyLevel& level : accuracy_levels) {
    all.push_back(
        {"passes_to_" + std::string(level.name), [at = level.value](const FinishedRun& r, const Optimum& o) {
           return effort_to(at, r.trace.rows, o).passes;
         }});
    all.push_back(
        {"seconds_to_" + std::string(level.name), [at = level.value](const FinishedRun& r, const Optimum& o) {
           return effort_to(at, r.trace.rows, o).seconds;
         }});
  }
  const auto last = [&](const char* name, double TraceRow::*field) {
    all.push_back(
        {name, [field](const FinishedRun& r, const Optimum&) { return r.trace.rows.back().*field; }});
  };
  last("epochs", &TraceRow::epoch);
  last("passes", &TraceRow::passes);
  last("seconds", &TraceRow::seconds);
  all.push_back({"nonzeros", [](const FinishedRun& r, const Optimum&) {
                   return static_cast<double>(r.trace.rows.back().nonzeros);
                 }});
  last("valid_loss", &TraceRow::valid_loss);
  last("valid_metric", &TraceRow::valid_metric);
  return all;
}

// Options of grids that have no column of their own.
Fields extra_choices(const CompareResults& results) {
  constexpr std::string_view own[] = {"loss", "l1", "l2", "threads"};
  Fields extra;
  for (const std::string& name : results.choices())
    if (std::find(std::begin(own), std::end(own), name) == std::end(own)) extra.push_back(name);
  return extra;
}

Fields head_names(const CompareResults& results) {
  Fields names{"dataset", "solver", "loss", "l1", "l2", "threads"};
  const Fields extra = extra_choices(results);
  names.insert(names.end(), extra.begin(), extra.end());
  return names;
}

Fields head(const CompareResults& results, const FinishedRun& run) {
  const TraceRun& trace = run.trace.run;
  Fields fields{trace.dataset,       trace.solver,        trace.loss,
                csv_field(trace.l1), csv_field(trace.l2), std::to_string(trace.threads)};
  for (const std::string& name : extra_choices(results)) fields.push_back(choice(run, name));
  return fields;
}

void append(Fields& fields, const Fields& more) { fields.insert(fields.end(), more.begin(), more.end()); }

}  // namespace

std::string choice(const FinishedRun& run, const std::string& option) {
  for (const auto& [name, value] : run.plan->choices)
    if (name == option) return value;
  return "";
}

std::vector<Setting> settings_of(const CompareResults& results) {
  std::vector<Setting> settings;
  for (const FinishedRun* run : results.runs()) {
    const auto same = [&](const Setting& setting) {
      return setting.repeats[0]->plan->setting == run->plan->setting;
    };
    const auto found = std::find_if(settings.begin(), settings.end(), same);
    if (found == settings.end())
      settings.push_back({{run}});
    else
      found->repeats.push_back(run);
  }
  return settings;
}

std::string summary_csv(const CompareResults& results) {
  const std::vector<Figure> all = figures();
  Fields names{"run"};
  append(names, head_names(results));
  append(names, {"seed", "optimum"});
  for (const Figure& figure : all) names.push_back(figure.name);
  append(names, {"outcome", "command"});
  std::string text = csv_line(names);
  for (const FinishedRun* run : results.runs()) {
    const Optimum& optimum = results.minimum(*run).optimum;
    Fields fields{std::to_string(results.number(*run))};
    append(fields, head(results, *run));
    append(fields, {std::to_string(run->trace.run.seed), csv_field(optimum.value)});
    for (const Figure& figure : all) fields.push_back(csv_field(figure.of(*run, optimum)));
    append(fields, {run->outcome, run->plan->command});
    text += csv_line(fields);
  }
  return text;
}

std::string quartiles_csv(const CompareResults& results) {
  const std::vector<Figure> all = figures();
  Fields names = head_names(results);
  append(names, {"repeats", "optimum"});
  for (const Figure& figure : all)
    append(names, {figure.name + "_q1", figure.name + "_median", figure.name + "_q3"});
  std::string text = csv_line(names);
  for (const Setting& setting : settings_of(results)) {
    const Optimum& optimum = results.minimum(*setting.repeats[0]).optimum;
    Fields fields = head(results, *setting.repeats[0]);
    append(fields, {std::to_string(setting.repeats.size()), csv_field(optimum.value)});
    for (const Figure& figure : all) {
      std::vector<double> values;
      for (const FinishedRun* run : setting.repeats) values.push_back(figure.of(*run, optimum));
      const Quartiles of = quartiles(values);
      append(fields, {csv_field(of.first), csv_field(of.median), csv_field(of.third)});
    }
    text += csv_line(fields);
  }
  return text;
}

}  // namespace sparselearn::cli
