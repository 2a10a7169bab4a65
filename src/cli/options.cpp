#include "cli/options.hpp"

#include <algorithm>
#include <cctype>

#include "sparselearn/base/closest.hpp"

namespace sparselearn::cli {

#define SPARSELEARN_SUBCOMMAND(identifier, name, arguments, summary, often) \
  ExitCode identifier##_command(const Arguments&);
#include "cli/subcommands.def"
#undef SPARSELEARN_SUBCOMMAND

namespace {

const Subcommand subcommands[] = {
#define SPARSELEARN_SUBCOMMAND(identifier, name, arguments, summary, often) \
  {command::identifier, name, arguments, summary, often, identifier##_command},
#include "cli/subcommands.def"
#undef SPARSELEARN_SUBCOMMAND
};

std::vector<Option> make_options() {
  using namespace command;
  return {
#define SPARSELEARN_OPTION(commands, name, letter, argument, fallback, help, group) \
  {commands, name, letter, argument, fallback, help, Group::group},
#include "cli/options.def"
#undef SPARSELEARN_OPTION
  };
}

}  // namespace

std::vector<std::string_view> Option::choices() const {
  const bool words =
      argument.find('|') != std::string_view::npos &&
      std::none_of(argument.begin(), argument.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return words ? split(argument, '|') : std::vector<std::string_view>();
}

std::span<const Subcommand> all_subcommands() { return subcommands; }

const Subcommand& find_subcommand(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Subcommand& subcommand : subcommands) {
    if (subcommand.name == name) return subcommand;
    names.push_back(subcommand.name);
  }
  const std::string near = closest(name, names);
  throw UsageError("there is no subcommand '" + std::string(name) + "'" +
                   (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

std::span<const Option> all_options() {
  static const std::vector<Option> options = make_options();
  return options;
}

std::vector<const Option*> options_of(const Subcommand& subcommand) {
  std::vector<const Option*> found;
  for (const Option& option : all_options())
    if (option.commands & subcommand.bit) found.push_back(&option);
  return found;
}

const Option* find_option(const Subcommand& subcommand, std::string_view name) {
  for (const Option& option : all_options())
    if ((option.commands & subcommand.bit) && option.name == name) return &option;
  return nullptr;
}

std::string_view title(Group group) {
  switch (group) {
    case Group::problem:
      return "Problem";
    case Group::loss_option:
      return "Loss (each read by some losses)";
    case Group::method:
      return "Method";
    case Group::solver:
      return "Solver (each read by some solvers)";
    case Group::schedule_option:
      return "Schedule (each read by some schedules)";
    case Group::data:
      return "Data";
    case Group::watch:
      return "Validation";
    case Group::output:
      return "Output";
    case Group::screen:
      return "Screen";
  }
  return "";
}

std::string listed(std::span<const std::string_view> words, std::string_view last_joint) {
  std::string text;
  for (std::size_t k = 0; k < words.size(); ++k) {
    if (k > 0) text += k + 1 == words.size() ? " " + std::string(last_joint) + " " : ", ";
    text += words[k];
  }
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (true) {
    const std::size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

}  // namespace sparselearn::cli
