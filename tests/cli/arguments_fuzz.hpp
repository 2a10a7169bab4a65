// One body for the fuzzer and the unit tests: any words are refused as wrong usage, or are settings; as a
// line for a shell they come back.
#pragma once
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/compare_plan.hpp"
#include "cli/cv_settings.hpp"
#include "cli/experiment.hpp"
#include "cli/read_data.hpp"
#include "cli/train_settings.hpp"

/// The lines of a text.
inline std::vector<std::string> lines_of_text(const std::string& text) {
  std::vector<std::string> lines{""};
  for (const char c : text)
    if (c == '\n')
      lines.emplace_back();
    else if (c != '\0')  // no word of a command line holds it
      lines.back() += c;
  return lines;
}

/// Experiments of more runs than a fuzzer has time to plan.
inline bool is_huge(const sparselearn::cli::Arguments& compare) {
  std::size_t values = compare.text("repeat").size() > 1 ? 1000 : 0;
  for (const char* option : {"grid", "solvers"})
    for (const std::string& value : compare.each(option)) values += value.size();
  return values > 60;
}

/// Reads the words, a line each, as the subcommand that the first one names. "" when all is well, refusal
/// included.
inline std::string arguments_fault(const std::string& text, bool* was_read = nullptr) {
  using namespace sparselearn::cli;
  std::vector<std::string> words = lines_of_text(text);
  std::vector<std::string> from_shell = words_of_line(shell_command(words));
  if (from_shell != words) return "does not come back from the line for a shell";
  try {
    words_of_line(text);
  } catch (const sparselearn::UsageError&) {
  }
  try {
    const Subcommand& subcommand = find_subcommand(words[0]);
    words.erase(words.begin());
    const Arguments arguments(subcommand, words);
    if (subcommand.name == "train") train_settings(arguments);
    if (subcommand.name == "cv") cv_settings(arguments);
    if (subcommand.name == "compare" && !is_huge(arguments)) plan_experiment(arguments);
    if (find_option(subcommand, "index-base")) read_options(arguments);
    if (was_read) *was_read = true;
  } catch (const sparselearn::UsageError&) {
  }
  return "";
}
