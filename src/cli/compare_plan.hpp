// The experiments of a file, one a line: what --plan stands for.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/experiment.hpp"

namespace sparselearn::cli {

/// The runs of a `compare` command: those of its own options, or, with --plan FILE, those of the file. There
/// a line holds options and data of one experiment, added to those of the command (given again, the line's
/// counts; data on the line replaces the command's); what follows # is a comment. Runs that stand there twice
/// are made once. Throws UsageError, with FILE:LINE, for all that a command line would be refused for.
std::vector<PlannedRun> plan_runs(const Arguments& compare);

/// The words of a line: blanks part them, single or double quotes hold them together, \ takes the
/// next character as it is, # begins a comment.
/// Throws UsageError for a quote without an end.
std::vector<std::string> words_of_line(std::string_view line);

}  // namespace sparselearn::cli
