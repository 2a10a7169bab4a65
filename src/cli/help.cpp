#include "cli/help.hpp"

#include <algorithm>
#include <optional>

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

std::string right_column(const Option& option) {
  std::string text(option.help);
  if (told_in_text(option)) text += ": " + listed(option.choices(), "or");
  text += readers(option);
  if (!option.fallback.empty()) text += " [" + std::string(option.fallback) + "]";
  return text;
}

std::string option_lines(const Option& option) {
  const std::string left = left_column(option);
  const std::string begin =
      left.size() + 2 > text_column ? left + "\n" + std::string(text_column, ' ') : padded(left, text_column);
  return begin + wrapped(right_column(option), text_column, line_width - text_column) + "\n";
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
  std::string text = "Usage: sparselearn " + std::string(subcommand.name) + " [options] " +
                     std::string(subcommand.arguments) + "\n\n";
  std::string summary(subcommand.summary);
  summary[0] = static_cast<char>(summary[0] - 'a' + 'A');
  text += summary + ".\n";
  std::optional<Group> group;
  for (const Option* option : options_of(subcommand)) {
    if (group != option->group) text += "\n" + std::string(title(option->group)) + "\n";
    group = option->group;
    text += option_lines(*option);
  }
  return text;
}

}  // namespace sparselearn::cli
