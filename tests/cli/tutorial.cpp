// The README's tutorial: every command of it, word for word, in a folder that holds data/ and nothing else.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "cli/run_program.hpp"

using namespace sparselearn::tests;

namespace {

// The lines of the shell block under the heading.
std::vector<std::string> tutorial_commands() {
  std::istringstream lines(read_text(SPARSELEARN_SOURCE_DIR "/README.md"));
  std::vector<std::string> commands;
  bool in_section = false, in_block = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) in_section = line == "## From data to plot in ten commands";
    if (!in_section) continue;
    if (line.starts_with("```"))
      in_block = line == "```sh";
    else if (in_block && !line.empty())
      commands.push_back(line);
  }
  return commands;
}

bool installed(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

}  // namespace

TEST_CASE("tutorial: each of the README's ten commands runs, in their order") {
  const TemporaryFolder folder;
  std::filesystem::copy(SPARSELEARN_SOURCE_DIR "/data", folder / "data");
  std::filesystem::create_directory(folder / "bin");
  std::filesystem::create_symlink(SPARSELEARN_PROGRAM, folder / "bin/sparselearn");
  const auto commands = tutorial_commands();
  REQUIRE(commands.size() == 10);
  const bool can_plot = installed("gnuplot");
  for (const std::string& command : commands) {
    CAPTURE(command);
    REQUIRE(command.starts_with("sparselearn "));
    if (command.starts_with("sparselearn plot ") && !can_plot) {
      MESSAGE("gnuplot is not installed: '" << command << "' was not run");
      continue;
    }
    const std::string script =
        "cd '" + (folder / "") + "' && PATH=\"$PWD/bin:$PATH\" && { " + command + "\n} >out 2>err </dev/null";
    const int status = std::system(script.c_str());
    CAPTURE(read_text(folder / "err"));
    CHECK(status == 0);
  }
  // What the text below the commands speaks of is there.
  CHECK(has(read_text(folder / "comparison/summary.csv"), "lbfgs"));
  CHECK((!can_plot || has(read_text(folder / "traces.svg"), "<svg")));
  CHECK(std::filesystem::exists(folder / "probabilities.txt"));
}
