// The tables of subcommands and options, as data.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sparselearn/base/error.hpp"

namespace sparselearn::cli {

class Arguments;

/// One bit a subcommand, in the order of subcommands.def.
namespace command {
enum Number : unsigned {
#define SPARSELEARN_SUBCOMMAND(identifier, name, arguments, summary, often) identifier##_number,
#include "cli/subcommands.def"
#undef SPARSELEARN_SUBCOMMAND
  count
};
enum Bit : unsigned {
#define SPARSELEARN_SUBCOMMAND(identifier, name, arguments, summary, often) \
  identifier = 1U << identifier##_number,
#include "cli/subcommands.def"
#undef SPARSELEARN_SUBCOMMAND
  every_command = (1U << count) - 1
};
}  // namespace command

/// One line of subcommands.def.
struct Subcommand {
  unsigned bit;
  std::string_view name;
  std::string_view arguments;  // as the synopsis shows them
  std::string_view summary;
  std::string_view often;  // names of the options that --help tells, separated by commas; "": all
  ExitCode (*run)(const Arguments&);
};

/// Where an option stands in the help.
enum class Group { problem, loss_option, method, solver, schedule_option, data, watch, output, screen };

/// One line of options.def.
struct Option {
  unsigned commands;
  std::string_view name;      // without the dashes
  char letter;                // 0: none
  std::string_view argument;  // empty: a flag
  std::string_view fallback;
  std::string_view help;
  Group group;

  bool flag() const { return argument.empty(); }
  bool takes_file() const { return argument == "FILE" || argument == "MODEL" || argument == "DIR"; }
  /// The words that alone are allowed, when the argument is a choice; all lower case and more than one.
  std::vector<std::string_view> choices() const;
};

std::span<const Subcommand> all_subcommands();
/// Throws UsageError for an unknown name, suggesting the nearest.
const Subcommand& find_subcommand(std::string_view name);

std::span<const Option> all_options();
/// The options of one subcommand, in the order of the table.
std::vector<const Option*> options_of(const Subcommand& subcommand);
/// Null when the subcommand has no such option.
const Option* find_option(const Subcommand& subcommand, std::string_view name);

std::string_view title(Group group);

/// "a, b or c", "" for none.
std::string listed(std::span<const std::string_view> words, std::string_view last_joint);
/// The pieces between the separators.
std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace sparselearn::cli
