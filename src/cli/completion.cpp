// sparselearn completion: scripts for the shells, written from the tables.
#include "cli/arguments.hpp"
#include "cli/names.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/loss/loss.hpp"
#include "sparselearn/metric/metric.hpp"
#include "sparselearn/schedule/schedule.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn::cli {
namespace {

using Words = std::vector<std::string_view>;

template <class Info>
Words names(std::span<const Info> all) {
  Words words;
  for (const Info& info : all) words.push_back(info.name);
  return words;
}

// What an option's value can be; empty: a file, or anything.
Words values_of(const Option& option) {
  Words words = option.choices();
  if (option.name == "solver" || option.name == "solvers" || option.name == "switch-to" ||
      option.name == "reference")
    words = names(solver::all());
  if (option.name == "loss") words = names(loss::all());
  if (option.name == "schedule") words = names(schedule::all());
  if (option.name == "metric") words = names(metric::all());
  if (option.fallback == "auto" && option.choices().empty()) words.push_back("auto");
  return words;
}

std::string joined(const Words& words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : " ") + std::string(word);
  return text;
}

std::string subcommand_names() {
  Words words;
  for (const Subcommand& subcommand : all_subcommands()) words.push_back(subcommand.name);
  return joined(words);
}

std::string dashed_names(const Subcommand& subcommand) {
  std::string text;
  for (const Option* option : options_of(subcommand))
    text += (text.empty() ? "--" : " --") + std::string(option->name);
  return text;
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// The words after `sparselearn completion` and the tables come from what the subcommand's arguments name.
Words argument_words(const Subcommand& subcommand) {
  if (subcommand.name == "solvers") return names(solver::all());
  if (subcommand.name == "losses") return names(loss::all());
  if (subcommand.name == "schedules") return names(schedule::all());
  return subcommand.arguments.find('|') == std::string_view::npos ? Words()
                                                                  : split(subcommand.arguments, '|');
}

std::string bash_script() {
  std::string text =
      "# bash completion for sparselearn\n"
      "_sparselearn() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} options= words=\n"
      "  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    COMPREPLY=($(compgen -W '" +
      subcommand_names() +
      " --help --version' -- \"$current\"))\n"
      "    return\n"
      "  fi\n"
      "  if [ \"$current\" = = ]; then\n"
      "    current=\n"
      "  elif [ \"$previous\" = = ]; then\n"
      "    previous=${COMP_WORDS[COMP_CWORD-2]}\n"
      "  fi\n"
      "  case $previous in\n";
  for (const Option& option : all_options()) {
    const Words values = values_of(option);
    if (!values.empty())
      text += "    " + (option.letter != 0 ? std::string("-") + option.letter + "|" : "") + "--" +
              std::string(option.name) + ") COMPREPLY=($(compgen -W '" + joined(values) +
              "' -- \"$current\")); return ;;\n";
  }
  text += "  esac\n  case ${COMP_WORDS[1]} in\n";
  for (const Subcommand& subcommand : all_subcommands())
    text += "    " + std::string(subcommand.name) + ") options='" + dashed_names(subcommand) + "' words='" +
            joined(argument_words(subcommand)) + "' ;;\n";
  return text +
         "  esac\n"
         "  case $current in\n"
         "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$current\")) ;;\n"
         "    *) if [ -n \"$words\" ]; then COMPREPLY=($(compgen -W \"$words\" -- \"$current\")); else "
         "COMPREPLY=($(compgen -f -- \"$current\")); fi ;;\n"
         "  esac\n"
         "}\n"
         "complete -o filenames -F _sparselearn sparselearn\n";
}

// One _arguments specification: '(-m --model)'{-m,--model}'[help]:FILE:_files'
std::string zsh_option(const Option& option) {
  std::string help;
  for (const char c : option.help)
    help += c == '[' || c == ']' || c == ':' ? std::string("\\") + c : std::string(1, c);
  const std::string name(option.name);
  const Words values = values_of(option);
  std::string value;
  if (!option.flag())
    value = ":" + name + ":" +
            (!values.empty()       ? "(" + joined(values) + ")"
             : option.takes_file() ? "_files"
                                   : " ");
  const std::string equals = option.flag() ? "" : "=";
  std::string lone = single_quoted("--" + name + equals + "[" + help + "]" + value);
  if (option.letter == 0) return lone;
  const std::string letter(1, option.letter), plus = option.flag() ? "" : "+";
  return single_quoted("-" + letter + plus + "[" + help + "]" + value) + " " + lone;
}

std::string zsh_script() {
  std::string text =
      "#compdef sparselearn\n"
      "_sparselearn() {\n"
      "  if (( CURRENT == 2 )); then\n"
      "    local -a subcommands=(\n";
  for (const Subcommand& subcommand : all_subcommands())
    text +=
        "      " + single_quoted(std::string(subcommand.name) + ":" + std::string(subcommand.summary)) + "\n";
  text +=
      "    )\n"
      "    _describe subcommand subcommands\n"
      "    return\n"
      "  fi\n"
      "  local subcommand=$words[2]\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $subcommand in\n";
  for (const Subcommand& subcommand : all_subcommands()) {
    text += "    " + std::string(subcommand.name) + ") _arguments -s";
    for (const Option* option : options_of(subcommand)) text += " \\\n      " + zsh_option(*option);
    const Words words = argument_words(subcommand);
    text += std::string(" \\\n      ") +
            single_quoted(words.empty() ? "*:file:_files" : "*:name:(" + joined(words) + ")") + " ;;\n";
  }
  return text + "  esac\n}\n_sparselearn \"$@\"\n";
}

std::string fish_script() {
  std::string text = "# fish completion for sparselearn\n";
  for (const Subcommand& subcommand : all_subcommands())
    text += "complete -c sparselearn -n __fish_use_subcommand -f -a " + std::string(subcommand.name) +
            " -d " + single_quoted(subcommand.summary) + "\n";
  for (const Subcommand& subcommand : all_subcommands()) {
    const std::string begin =
        "complete -c sparselearn -n '__fish_seen_subcommand_from " + std::string(subcommand.name) + "'";
    for (const Option* option : options_of(subcommand)) {
      text += begin + " -l " + std::string(option->name);
      if (option->letter != 0) text += std::string(" -s ") + option->letter;
      const Words values = values_of(*option);
      if (!option->flag())
        text += values.empty() ? (option->takes_file() ? " -r -F" : " -x")
                               : " -x -a " + single_quoted(joined(values));
      text += " -d " + single_quoted(option->help) + "\n";
    }
    if (const Words words = argument_words(subcommand); !words.empty())
      text += begin + " -f -a " + single_quoted(joined(words)) + "\n";
  }
  return text;
}

}  // namespace

ExitCode completion_command(const Arguments& arguments) {
  arguments.require_positional(1, 1);
  const std::string& shell = arguments.positional()[0];
  if (shell != "bash" && shell != "zsh" && shell != "fish")
    throw UsageError("there is no completion for '" + shell + "'; expected bash, zsh or fish");
  OutputFile out("-");
  out.write(shell == "bash" ? bash_script() : shell == "zsh" ? zsh_script() : fish_script());
  out.commit();
  return ExitCode::success;
}

}  // namespace sparselearn::cli
