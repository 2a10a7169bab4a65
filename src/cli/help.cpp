#include "cli/help.hpp"

#include <algorithm>
#include <optional>

#include "cli/names.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn::cli {
namespace {

constexpr std::size_t line_width = 100;
constexpr std::size_t text_column = 34;

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size() + 2, width), ' ');
  return text;
}

// Long lists of choices are told in the text instead of "--name a|b|c".
bool told_in_text(const Option& option) { return option.choices().size() > 3; }

// "  -m, --model FILE"
std::string left_column(const Option& option) {
  std::string text = option.letter != 0 ? std::string("  -") + option.letter + ", --" : "      --";
  text += option.name;
  if (!option.flag()) text += told_in_text(option) ? " WORD" : " " + std::string(option.argument);
  return text;
}

std::string readers(const Option& option) {
  if (option.group != Group::solver) return {};
  constexpr std::size_t most_named = 6;
  std::vector<std::string_view> names;
  for (const solver::Info& info : solver::all())
    if (info.reads(option.name)) names.push_back(info.name);
  if (names.empty() || names.size() > most_named) return {};
  return " (" + listed(names, "and") + ")";
}

// What the help of an option begins with, where that can stand alone: details follow a semicolon, and a
// clause with a colon explains one choice of several.
std::string_view first_clause(std::string_view help) {
  const std::string_view clause = help.substr(0, help.find("; "));
  return clause.find(": ") == std::string_view::npos ? clause : help;
}

enum class Detail { brief, full };

std::string right_column(const Option& option, Detail detail) {
  std::string text(detail == Detail::brief ? first_clause(option.help) : option.help);
  if (told_in_text(option)) text += ": " + listed(option.choices(), "or");
  text += readers(option);
  if (!option.fallback.empty()) text += " [" + std::string(option.fallback) + "]";
  return text;
}

std::string option_lines(const Option& option, Detail detail) {
  const std::string left = left_column(option);
  const std::string begin =
      left.size() + 2 > text_column ? left + "\n" + std::string(text_column, ' ') : padded(left, text_column);
  return begin + wrapped(right_column(option, detail), text_column, line_width - text_column) + "\n";
}

std::string synopsis(const Subcommand& subcommand) {
  std::string summary(subcommand.summary);
  summary[0] = static_cast<char>(summary[0] - 'a' + 'A');
  return "Usage: sparselearn " + std::string(subcommand.name) + " [options] " +
         std::string(subcommand.arguments) + "\n\n" + summary + ".\n";
}

std::string option_groups(const std::vector<const Option*>& options, Detail detail) {
  std::string text;
  std::optional<Group> group;
  for (const Option* option : options) {
    if (group != option->group) text += "\n" + std::string(title(option->group)) + "\n";
    group = option->group;
    text += option_lines(*option, detail);
  }
  return text;
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string lines;
  while (text.size() > width) {
    const std::size_t blank = text.rfind(' ', width);
    if (blank == std::string_view::npos || blank == 0) break;
    lines += std::string(text.substr(0, blank)) + "\n" + std::string(indent, ' ');
    text.remove_prefix(blank + 1);
  }
  return lines + std::string(text);
}

std::string program_help() {
  std::string text =
      "Usage: sparselearn SUBCOMMAND [options] ...\n\nLinear models on large sparse data.\n\nSubcommands\n";
  for (const Subcommand& subcommand : all_subcommands())
    text += padded("  " + std::string(subcommand.name), 14) + std::string(subcommand.summary) + "\n";
  text +=
      "\n`sparselearn SUBCOMMAND --help` tells the options of a subcommand, `man sparselearn` the whole "
      "story.\n"
      "Exit status: 0 done; 1 input, output or internal failure; 2 wrong usage; 3 bad data or a damaged "
      "model;\n"
      "4 not converged where asked for, or diverged; 130 interrupted.\n";
  return text;
}

std::string subcommand_help(const Subcommand& subcommand) {
  if (subcommand.often.empty()) return subcommand_help_all(subcommand);
  std::vector<const Option*> options = options_of(subcommand);
  std::erase_if(options, [&](const Option* option) { return !reads(subcommand.often, option->name); });
  return synopsis(subcommand) + option_groups(options, Detail::brief) + "\n`sparselearn " +
         std::string(subcommand.name) + " --help-all` lists every option.\n";
}

std::string subcommand_help_all(const Subcommand& subcommand) {
  return synopsis(subcommand) + option_groups(options_of(subcommand), Detail::full);
}

}  // namespace sparselearn::cli
