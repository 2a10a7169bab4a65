// The command line of one subcommand, taken apart: options by name (the last one given wins), and the rest.
#pragma once
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/options.hpp"

namespace sparselearn::cli {

class Arguments {
 public:
  /// Throws UsageError for an option that the subcommand has not (suggesting the nearest), a value missing or
  /// in excess, or a word that is not among an option's choices.
  Arguments(const Subcommand& subcommand, const std::vector<std::string>& words);

  const Subcommand& subcommand() const { return *subcommand_; }
  bool given(std::string_view name) const { return values_.contains(name); }
  /// The value given, or the table's fallback.
  std::string_view text(std::string_view name) const;
  /// Every value given, in order, of an option that may be given several times.
  std::vector<std::string> each(std::string_view name) const;
  /// Options given, by name.
  const std::map<std::string, std::string, std::less<>>& values() const { return values_; }
  /// What is not an option, in order.
  const std::vector<std::string>& positional() const { return positional_; }
  /// Throws UsageError, showing the synopsis, unless there are at least `least` and at most `most` positional
  /// arguments.
  void require_positional(std::size_t least, std::size_t most = static_cast<std::size_t>(-1)) const;
  /// Throws UsageError, "--NAME is not for KIND", if any of the options is given.
  void require_absent(std::initializer_list<const char*> options, const char* kind) const;

 private:
  const Subcommand* subcommand_;
  std::map<std::string, std::string, std::less<>> values_;
  std::vector<std::pair<std::string, std::string>> all_values_;  // also those that later ones replace
  std::vector<std::string> positional_;
};

/// Throws UsageError: "--NAME: expected EXPECTED, found 'VALUE'".
[[noreturn]] void refuse(std::string_view name, std::string_view expected, std::string_view value);

}  // namespace sparselearn::cli
