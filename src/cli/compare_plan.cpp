#include "cli/compare_plan.hpp"

#include <algorithm>
#include <set>

#include "sparselearn/base/input_file.hpp"

namespace sparselearn::cli {
namespace {

// Options of the whole command, not of an experiment.
bool of_command(const Option& option) {
  return option.group == Group::screen || option.name == "plan" || option.name == "out" ||
         option.name == "resume";
}

// What the command gives to every line.
std::vector<std::string> shared_words(const Arguments& compare) {
  std::vector<std::string> words;
  for (const Option* option : options_of(compare.subcommand())) {
    if (of_command(*option)) continue;
    std::vector<std::string> values = compare.each(option->name);
    if (option->name != "grid" && values.size() > 1) values = {values.back()};
    for (const std::string& value : values)
      words.push_back("--" + std::string(option->name) + (option->flag() ? "" : "=" + value));
  }
  return words;
}

Arguments line_arguments(const Arguments& compare, const std::vector<std::string>& own) {
  std::vector<std::string> words = shared_words(compare);
  words.insert(words.end(), own.begin(), own.end());
  Arguments arguments(compare.subcommand(), words);
  for (const Option* option : options_of(compare.subcommand()))
    if (of_command(*option) && arguments.given(option->name))
      throw UsageError("--" + std::string(option->name) +
                       " belongs to the command, not to a line of the plan");
  if (!arguments.positional().empty()) return arguments;
  words.emplace_back("--");
  words.insert(words.end(), compare.positional().begin(), compare.positional().end());
  return Arguments(compare.subcommand(), words);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines = split(text, '\n');
  for (std::string_view& line : lines)
    if (line.ends_with('\r')) line.remove_suffix(1);
  return lines;
}

void append_new(std::vector<PlannedRun>& runs, std::vector<PlannedRun> more,
                std::set<std::string>& commands) {
  for (PlannedRun& run : more)
    if (commands.insert(run.command).second) runs.push_back(std::move(run));
}

}  // namespace

std::vector<PlannedRun> plan_runs(const Arguments& compare) {
  if (!compare.given("plan")) return plan_experiment(compare);
  const std::string path(compare.text("plan"));
  const std::string text = read_file(path);
  const std::vector<std::string_view> lines = lines_of(text);
  std::vector<PlannedRun> runs;
  std::set<std::string> commands;
  for (std::size_t k = 0; k < lines.size(); ++k) {
    try {
      const std::vector<std::string> words = words_of_line(lines[k]);
      if (!words.empty()) append_new(runs, plan_experiment(line_arguments(compare, words)), commands);
    } catch (const UsageError& error) {
      throw UsageError(path + ":" + std::to_string(k + 1) + ": " + error.what());
    }
  }
  if (runs.empty()) throw UsageError(path + " holds no experiment");
  return runs;
}

std::vector<std::string> words_of_line(std::string_view line) {
  std::vector<std::string> words;
  bool inside = false;  // a word has begun
  for (std::size_t k = 0; k < line.size(); ++k) {
    const char c = line[k];
    if (c == ' ' || c == '\t') {
      inside = false;
      continue;
    }
    if (c == '#' && !inside) break;
    if (!inside) words.emplace_back();
    inside = true;
    if (c == '\\' && k + 1 < line.size()) {
      words.back() += line[++k];
      continue;
    }
    if (c != '\'' && c != '"') {
      words.back() += c;
      continue;
    }
    const std::size_t end = line.find(c, k + 1);
    if (end == std::string_view::npos) throw UsageError("a quote has no end");
    words.back() += line.substr(k + 1, end - k - 1);
    k = end;
  }
  return words;
}

}  // namespace sparselearn::cli
