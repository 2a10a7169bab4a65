// What --help and --help-all show, written from the tables.
#pragma once
#include <string>

#include "cli/options.hpp"

namespace sparselearn::cli {

std::string program_help();
/// The options used most, few enough for a screen, and where the others are told.
std::string subcommand_help(const Subcommand& subcommand);
/// Every option.
std::string subcommand_help_all(const Subcommand& subcommand);
/// Breaks text into lines of at most `width` characters, each but the first after `indent` blanks.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

}  // namespace sparselearn::cli
