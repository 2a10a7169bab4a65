#include "cli/cv_settings.hpp"

#include <algorithm>
#include <set>

#include "cli/value.hpp"

namespace sparselearn::cli {
namespace {

// "l2=1e-3,1e-4,auto": which penalty, and its values as text.
struct Axis {
  std::string name;
  std::vector<std::string> values;
};

Axis parse_axis(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  if (equals == std::string::npos || (name != "l1" && name != "l2"))
    refuse("grid", "l1=VALUE,... or l2=VALUE,...", text);
  Axis axis{name, {}};
  for (const std::string_view value : split(std::string_view(text).substr(equals + 1), ',')) {
    if (std::find(axis.values.begin(), axis.values.end(), value) != axis.values.end())
      throw UsageError("--grid: the value " + std::string(value) + " of " + name + " is there twice");
    axis.values.emplace_back(value);
  }
  return axis;
}

void apply_axis(const Axis& axis, CvSettings& settings) {
  const std::string option = "grid: " + axis.name;
  if (axis.name == "l1") settings.l1.clear();
  if (axis.name == "l2") settings.l2.clear();
  for (const std::string& text : axis.values) {
    const Value value(option, text);
    if (axis.name == "l1")
      settings.l1.push_back(value.at_least(0));
    else if (const auto given = value.unless_auto())
      settings.l2.emplace_back(given->at_least(0));
    else
      settings.l2.emplace_back();
  }
}

// Penalties given alone are a grid of one value.
void apply_grids(const Arguments& arguments, CvSettings& settings) {
  settings.l1 = {settings.fit.l1};
  settings.l2 = {settings.fit.l2};
  std::set<std::string> seen;
  for (const std::string& text : arguments.each("grid")) {
    const Axis axis = parse_axis(text);
    if (!seen.insert(axis.name).second) throw UsageError("--grid: " + axis.name + " is given twice");
    if (arguments.given(axis.name)) throw UsageError("--" + axis.name + " is given both alone and in --grid");
    apply_axis(axis, settings);
  }
}

bool in_grid(const Arguments& arguments, const std::string& name) {
  for (const std::string& text : arguments.each("grid"))
    if (text.starts_with(name + "=")) return true;
  return false;
}

std::optional<PathSettings> path_settings(const Arguments& arguments) {
  const std::string over(arguments.text("path"));
  if (over == "none") {
    for (const char* option : {"path-length", "path-ratio"})
      if (arguments.given(option)) throw UsageError(std::string("--") + option + " needs --path");
    return {};
  }
  if (arguments.given(over) || in_grid(arguments, over))
    throw UsageError("--path finds the values of " + over + " itself; leave them out of --" +
                     (arguments.given(over) ? over : "grid"));
  PathSettings path;
  path.over_l1 = over == "l1";
  path.length = Value("path-length", arguments.text("path-length")).count(2, 10'000);
  const auto ratio = Value("path-ratio", arguments.text("path-ratio")).unless_auto();
  path.ratio = ratio ? ratio->within(0, 1) : path.over_l1 ? 1e-3 : 1e-6;
  if (path.ratio == 0) ratio->refuse("a number between 0 and 1");
  return path;
}

}  // namespace

CvSettings cv_settings(const Arguments& arguments) {
  CvSettings settings;
  settings.fit = train_settings(arguments);
  settings.folds = Value("folds", arguments.text("folds")).count(2, UINT16_MAX);
  settings.one_standard_error = arguments.text("rule") == "one-standard-error";
  settings.csv = arguments.text("csv");
  require_separate_files(settings.fit, {settings.fit.model, settings.csv});
  if (settings.fit.model == "-")
    throw UsageError("standard output is for the table: give --model the name of a file");
  apply_grids(arguments, settings);
  settings.path = path_settings(arguments);
  return settings;
}

}  // namespace sparselearn::cli
