// What --help shows, written from the tables.
#pragma once
#include <string>

#include "cli/options.hpp"

namespace sparselearn::cli {

std::string program_help();
std::string subcommand_help(const Subcommand& subcommand);
/// Breaks text into lines of at most `width` characters, each but the first after `indent` blanks.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

}  // namespace sparselearn::cli
