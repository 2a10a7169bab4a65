// The program: picks the subcommand, turns errors into messages and exit codes.
#pragma once

namespace sparselearn::cli {

/// Runs the whole program and returns its exit code.
int run(int argc, char** argv);

}  // namespace sparselearn::cli
