#include "cli/arguments.hpp"

#include <algorithm>
#include <boost/program_options.hpp>

#include "sparselearn/base/closest.hpp"

namespace sparselearn::cli {
namespace {

namespace po = boost::program_options;

// GNU style without abbreviations: --name value, --name=value, -n value, -nvalue, -qv, and -- before what is
// no option.
constexpr int gnu_style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;

po::options_description describe(const Subcommand& subcommand) {
  po::options_description description;
  for (const Option* option : options_of(subcommand)) {
    const std::string names =
        std::string(option->name) + (option->letter != 0 ? std::string(",") + option->letter : "");
    const po::value_semantic* const value =
        option->flag() ? static_cast<po::value_semantic*>(new po::untyped_value(true))
                       : po::value<std::string>();
    description.add_options()(names.c_str(), value, "");  // takes the value over
  }
  return description;
}

std::string unknown(const Subcommand& subcommand, const std::string& word) {
  const std::string option = word.substr(0, word.find('='));
  std::string message = "unknown option " + option;
  const std::string name = option.substr(std::min(option.find_first_not_of('-'), option.size()));
  std::vector<std::string_view> names;
  for (const Option* known : options_of(subcommand)) names.push_back(known->name);
  if (const std::string near = closest(name, names); !near.empty())
    return message + "; did you mean --" + near + "?";
  for (const Subcommand& other : all_subcommands())
    if (find_option(other, name))
      return message + ", which belongs to `sparselearn " + std::string(other.name) + "`";
  return message;
}

std::string wrong_syntax(const po::invalid_command_line_syntax& error) {
  using Kind = po::invalid_command_line_syntax::kind_t;
  const std::string name = error.get_option_name();
  switch (error.kind()) {
    case Kind::extra_parameter:
      return name + " takes no value";
    case Kind::missing_parameter:
    case Kind::empty_adjacent_parameter:
      return name + " needs a value";
    default:
      return error.what();
  }
}

std::vector<po::option> parse(const Subcommand& subcommand, const std::vector<std::string>& words) {
  const po::options_description description = describe(subcommand);
  try {
    return po::command_line_parser(words).options(description).style(gnu_style).run().options;
  } catch (const po::unknown_option& error) {
    throw UsageError(unknown(subcommand, error.get_option_name()));
  } catch (const po::invalid_command_line_syntax& error) {
    throw UsageError(wrong_syntax(error));
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
}

void require_choice(const Option& option, const std::string& value) {
  const auto choices = option.choices();
  if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end()) return;
  refuse(option.name, listed(choices, "or"), value);
}

}  // namespace

Arguments::Arguments(const Subcommand& subcommand, const std::vector<std::string>& words)
    : subcommand_(&subcommand) {
  for (const po::option& word : parse(subcommand, words)) {
    if (word.string_key.empty()) {
      positional_.insert(positional_.end(), word.value.begin(), word.value.end());
      continue;
    }
    const std::string value = word.value.empty() ? "" : word.value.front();
    require_choice(*find_option(subcommand, word.string_key), value);
    values_[word.string_key] = value;
    all_values_.emplace_back(word.string_key, value);
  }
}

std::string_view Arguments::text(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? find_option(*subcommand_, name)->fallback : std::string_view(found->second);
}

std::vector<std::string> Arguments::each(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : all_values_)
    if (key == name) values.push_back(value);
  return values;
}

void Arguments::require_positional(std::size_t least, std::size_t most) const {
  if (positional_.size() >= least && positional_.size() <= most) return;
  const std::string fault = positional_.size() < least ? "an argument is missing" : "too many arguments";
  throw UsageError(fault + "; usage: sparselearn " + std::string(subcommand_->name) + " [options] " +
                   std::string(subcommand_->arguments));
}

void Arguments::require_absent(std::initializer_list<const char*> options, const char* kind) const {
  for (const char* option : options)
    if (given(option)) throw UsageError(std::string("--") + option + " is not for " + kind);
}

void refuse(std::string_view name, std::string_view expected, std::string_view value) {
  throw UsageError("--" + std::string(name) + ": expected " + std::string(expected) + ", found '" +
                   std::string(value) + "'");
}

}  // namespace sparselearn::cli
