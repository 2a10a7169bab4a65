#include "cli/experiment.hpp"

#include <algorithm>
#include <set>

#include "cli/compare_plan.hpp"
#include "cli/names.hpp"
#include "cli/value.hpp"
#include "sparselearn/schedule/schedule.hpp"

namespace sparselearn::cli {
namespace {

using Values = std::map<std::string, std::string, std::less<>>;

struct Axis {
  std::string option;
  std::vector<std::string> values;
};

// Options that change what is loaded, which happens once for all runs.
bool shapes_data(const Option& option) {
  constexpr std::string_view others[] = {"class-weight", "weights", "positive", "valid", "valid-fraction"};
  return option.group == Group::data ||
         std::find(std::begin(others), std::end(others), option.name) != std::end(others);
}

// Options that say what is minimised.
bool shapes_objective(const Option& option) {
  return option.group == Group::problem || option.group == Group::loss_option ||
         option.group == Group::data || option.name == "valid-fraction";
}

// Options of `train` that compare hands on; solver and seed are its own business.
std::vector<const Option*> handed_on() {
  std::vector<const Option*> options;
  for (const Option* option : options_of(find_subcommand("train")))
    if ((option->commands & command::compare) != 0 && option->group != Group::screen &&
        option->name != "seed")
      options.push_back(option);
  return options;
}

const Option& grid_option(const std::string& name) {
  std::vector<std::string_view> names;
  for (const Option* option : handed_on()) {
    names.push_back(option->name);
    if (option->name != name) continue;
    if (shapes_data(*option) || name == "warm-start" || name == "metric")
      throw UsageError("--grid: --" + name + " holds for all runs, which share the data and their judgement");
    return *option;
  }
  const std::string near = closest(name, names);
  throw UsageError("--grid: there is no option --" + name + " to vary" +
                   (near.empty() ? "" : "; did you mean --" + near + "?"));
}

// "l2=1e-3,1e-4"
Axis parse_axis(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos || equals + 1 == text.size())
    refuse("grid", "OPTION=VALUE,VALUE,...", text);
  const Option& option =
      grid_option(text.substr(text.starts_with("--") ? 2 : 0, equals - (text.starts_with("--") ? 2 : 0)));
  Axis axis{std::string(option.name), {}};
  for (const std::string_view value : split(std::string_view(text).substr(equals + 1), ',')) {
    if (value.empty()) refuse("grid", "a value between two commas", text);
    if (option.flag() && value != "yes" && value != "no") refuse("grid", "yes or no for a flag", text);
    if (std::find(axis.values.begin(), axis.values.end(), value) != axis.values.end())
      throw UsageError("--grid: the value " + std::string(value) + " of --" + axis.option +
                       " is given twice");
    axis.values.emplace_back(value);
  }
  return axis;
}

std::vector<Axis> parse_grids(const Arguments& compare) {
  std::vector<Axis> axes;
  for (const std::string& text : compare.each("grid")) {
    axes.push_back(parse_axis(text));
    const std::string& name = axes.back().option;
    if (compare.given(name)) throw UsageError("--" + name + " is given both alone and in --grid");
    const auto same = [&](const Axis& axis) { return axis.option == name; };
    if (std::count_if(axes.begin(), axes.end(), same) > 1)
      throw UsageError("--grid: --" + name + " is given twice");
  }
  return axes;
}

std::vector<std::string> parse_solvers(const Arguments& compare) {
  if (!compare.given("solvers")) throw UsageError("--solvers is missing: which ones shall be compared?");
  std::vector<std::string> solvers;
  for (const std::string_view name : split(compare.text("solvers"), ',')) {
    if (name != "auto") find_named("solver", name, solver::all());
    if (std::find(solvers.begin(), solvers.end(), name) != solvers.end())
      throw UsageError("--solvers: " + std::string(name) + " is given twice");
    solvers.emplace_back(name);
  }
  return solvers;
}

// Says of each option whether a run with these values reads it.
class Reading {
 public:
  Reading(const std::string& solver, const Values& values)
      : first_(solver::find(solver)),
        second_(solver::find(value(values, "switch-to"))),
        loss_(&find_named("loss", value(values, "loss"), loss::all())) {
    const std::string schedule = value(values, "schedule");
    if (solver_reads("schedule") && schedule != "auto")
      schedule_ = &find_named("schedule", schedule, schedule::all());
  }

  bool operator()(const Option& option) const {
    switch (option.group) {
      case Group::loss_option:
        return reads(loss_->options, option.name);
      case Group::solver:
        return solver_reads(option.name);
      case Group::schedule_option:
        return schedule_ ? reads(schedule_->options, option.name) : solver_reads(option.name);
      default:
        return true;
    }
  }

 private:
  static std::string value(const Values& values, std::string_view option) {
    const auto found = values.find(option);
    return found != values.end() ? found->second
                                 : std::string(find_option(find_subcommand("train"), option)->fallback);
  }
  bool solver_reads(std::string_view option) const {
    return (first_ && first_->reads(option)) || (second_ && second_->reads(option));
  }

  const solver::Info* first_;
  const solver::Info* second_;
  const loss::Info* loss_;
  const schedule::Info* schedule_ = nullptr;
};

// The options among `values` that `wanted` says yes to, as words, in the order of the table.
template <class Wanted>
std::vector<std::string> option_words(const Values& values, const Wanted& wanted) {
  std::vector<std::string> words;
  for (const Option* option : handed_on()) {
    const auto found = values.find(option->name);
    if (found == values.end() || !wanted(*option)) continue;
    if (option->flag() && found->second == "no") continue;
    words.push_back("--" + std::string(option->name));
    if (!option->flag()) words.push_back(found->second);
  }
  return words;
}

void append_data(std::vector<std::string>& words, const std::vector<std::string>& data) {
  const bool looks_like_option = std::any_of(
      data.begin(), data.end(), [](const std::string& path) { return path.size() > 1 && path[0] == '-'; });
  if (looks_like_option) words.push_back("--");
  words.insert(words.end(), data.begin(), data.end());
}

// What is left of the values when all options but those wanted are taken away, as text.
template <class Wanted>
std::string part(const Values& values, const Wanted& wanted, const std::vector<std::string>& data) {
  std::vector<std::string> words = option_words(values, wanted);
  append_data(words, data);
  return shell_command(words);
}

PlannedRun planned(std::vector<std::string> words, const std::vector<std::string>& data) {
  append_data(words, data);
  std::vector<std::string> typed{"sparselearn", "train"};
  typed.insert(typed.end(), words.begin(), words.end());
  const std::string command = shell_command(typed);
  try {
    Arguments arguments(find_subcommand("train"), words);
    TrainSettings settings = train_settings(arguments);
    return {std::move(arguments), std::move(settings), command, {}, {}, {}, {}, {}};
  } catch (const UsageError& error) {
    throw UsageError(std::string(error.what()) + "; in the run: " + command);
  }
}

LabelKind label_kind(const TrainSettings& settings) {
  return loss::make(settings.loss, settings.loss_options)->labels();
}

// One call of plan_experiment.
class Planner {
 public:
  explicit Planner(const Arguments& compare)
      : compare_(compare),
        axes_(parse_grids(compare)),
        seed_(Value("seed", compare.text("seed")).count()),
        repeats_(Value("repeat", compare.text("repeat")).count(1, 1'000'000)) {
    compare.require_positional(1);
    const std::string_view reference = compare.text("reference");
    if (reference != "auto" && reference != "none") find_named("solver", reference, solver::all());
    for (const Option* option : handed_on())
      if (compare.given(option->name)) given_[std::string(option->name)] = compare.text(option->name);
    if (repeats_ > 1 && compare.given("valid-fraction"))
      throw UsageError(
          "--valid-fraction draws other rows for each seed, so --repeat would change the objective; use "
          "--valid FILE");
  }

  std::vector<PlannedRun> operator()() {
    std::vector<PlannedRun> runs;
    for (const std::string& solver : parse_solvers(compare_)) combine(solver, given_, 0, runs);
    require_all_read();
    require_same_labels(runs);
    return runs;
  }

 private:
  // Every value of the axes from `axis` on.
  void combine(const std::string& solver, const Values& values, std::size_t axis,
               std::vector<PlannedRun>& runs) {
    if (axis == axes_.size()) return repeat(solver, values, runs);
    for (const std::string& value : axes_[axis].values) {
      Values with = values;
      with[axes_[axis].option] = value;
      combine(solver, with, axis + 1, runs);
    }
  }

  // Combinations that differ in nothing the solver reads are one run.
  void repeat(const std::string& solver, const Values& values, std::vector<PlannedRun>& runs) {
    const Reading reading(solver, values);
    for (const Option* option : handed_on())
      if (values.contains(option->name) && reading(*option)) read_.insert(option->name);
    for (std::uint64_t r = 0; r < repeats_; ++r) {
      std::vector<std::string> words{"--solver", solver, "--seed", std::to_string(seed_ + r)};
      const std::vector<std::string> rest = option_words(values, reading);
      words.insert(words.end(), rest.begin(), rest.end());
      PlannedRun run = planned(std::move(words), compare_.positional());
      if (!commands_.insert(run.command).second) continue;
      for (const Axis& axis : axes_)
        if (reading(*find_option(compare_.subcommand(), axis.option)))
          run.choices.emplace_back(axis.option, values.at(axis.option));
      fill_in_parts(run, solver, values, reading);
      runs.push_back(std::move(run));
    }
  }

  void fill_in_parts(PlannedRun& run, const std::string& solver, const Values& values,
                     const Reading& reading) const {
    const std::vector<std::string>& data = compare_.positional();
    const auto of_data = [&](const Option& o) { return shapes_data(o) || o.name == "warm-start"; };
    const auto of_objective = [&](const Option& o) { return shapes_objective(o) && reading(o); };
    run.reference = compare_.text("reference");
    run.setting = solver + " " + part(values, reading, data);
    run.objective = part(values, of_objective, data);
    run.data = std::to_string(static_cast<int>(label_kind(run.settings))) + " " + part(values, of_data, data);
    if (run.settings.valid_fraction) run.data += " " + std::to_string(seed_);
  }

  // Labels are mapped once.
  static void require_same_labels(const std::vector<PlannedRun>& runs) {
    for (const PlannedRun& run : runs)
      if (label_kind(run.settings) != label_kind(runs[0].settings))
        throw UsageError("the losses " + runs[0].settings.loss + " and " + run.settings.loss +
                         " take labels of different kinds, and the data are loaded once");
  }

  void require_all_read() const {
    for (const Option* option : handed_on()) {
      const auto is_axis = [&](const Axis& axis) { return axis.option == option->name; };
      const bool wanted = given_.contains(option->name) || std::any_of(axes_.begin(), axes_.end(), is_axis);
      if (wanted && !read_.contains(option->name))
        throw UsageError("none of the runs reads --" + std::string(option->name) +
                         "; `sparselearn solvers`, `losses` and `schedules` tell which do");
    }
  }

  const Arguments& compare_;
  const std::vector<Axis> axes_;
  const std::uint64_t seed_, repeats_;
  Values given_;
  std::set<std::string_view> read_;
  std::set<std::string> commands_;
};

bool needs_quotes(const std::string& word) {
  return word.empty() || word.find_first_not_of(
                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "_-./:=,+@%") != std::string::npos;
}

}  // namespace

std::vector<PlannedRun> plan_experiment(const Arguments& compare) { return Planner(compare)(); }

std::string objective_options(const Arguments& train) {
  std::vector<std::string> words = option_words(train.values(), shapes_objective);
  if (train.given("valid-fraction"))  // the seed says which rows are left
    words.insert(words.end(), {"--seed", std::string(train.text("seed"))});
  return shell_command(words);
}

Arguments train_arguments(const std::string& options, const std::vector<std::string>& data) {
  std::vector<std::string> words = words_of_line(options);
  append_data(words, data);
  return Arguments(find_subcommand("train"), words);
}

PlannedRun reference_run(const PlannedRun& run, const std::string& solver) {
  std::vector<std::string> words{"--solver", solver, "--tol", "1e-13", "--epochs", "1000"};
  const std::vector<std::string> rest = option_words(run.arguments.values(), shapes_objective);
  words.insert(words.end(), rest.begin(), rest.end());
  if (run.settings.valid_fraction)  // the seed says which rows are left
    words.insert(words.end(), {"--seed", std::to_string(run.settings.solver_options.seed)});
  PlannedRun reference = planned(std::move(words), run.settings.data);
  reference.objective = run.objective;
  return reference;
}

std::string shell_command(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    if (!needs_quotes(word)) {
      text += word;
      continue;
    }
    text += '\'';
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    text += '\'';
  }
  return text;
}

}  // namespace sparselearn::cli
