// The completion scripts in the shells themselves; a shell that is not there is left out, aloud.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "cli/options.hpp"
#include "cli/run_program.hpp"
#include "sparselearn/solver/solver.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

using Words = std::vector<std::string>;

std::string in_quotes(const std::string& word) { return "'" + word + "'"; }

// A folder with the script of a shell and two files to complete, and what the shell makes of words there.
class Shell : public TemporaryFolder {
 public:
  explicit Shell(const std::string& name) : name_(name) {
    const Outcome script = run({"completion", name});
    REQUIRE(script.status == 0);
    write_text(*this / "_sparselearn", script.out);
    write_text(*this / "rows.svm", "");
    write_text(*this / "rows.model", "");
  }

  bool installed() const {
    const bool found = std::system(("command -v " + name_ + " >/dev/null 2>&1").c_str()) == 0;
    if (!found) MESSAGE(name_ << " is not installed: its completion was not tried");
    return found;
  }

  /// The completions of the last word, sorted.
  Words offered(const Words& words) const {
    const std::string command = "cd " + in_quotes(*this / "") + " && " + driven(words) + " >offered 2>said";
    const int status = std::system(command.c_str());
    CAPTURE(read_text(*this / "said"));
    CHECK(status == 0);
    std::istringstream lines(read_text(*this / "offered"));
    Words found;
    for (std::string line; std::getline(lines, line);) found.push_back(line.substr(0, line.find('\t')));
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  std::string driven(const Words& words) const {
    std::string line, list;
    for (const std::string& word : words) {
      line += (line.empty() ? "" : " ") + word;
      list += " " + in_quotes(word);
    }
    if (name_ == "fish")  // the user's own completions would be in the way
      return "HOME=\"$PWD\" XDG_CONFIG_HOME=\"$PWD\" fish -c \"source _sparselearn; complete -C " +
             in_quotes(line) + "\"";
    if (name_ == "zsh")
      return "HOME=\"$PWD\" zsh -f " + in_quotes(SPARSELEARN_SOURCE_DIR "/tests/cli/complete.zsh") +
             " \"$PWD\" " + in_quotes(line);
    return "bash --norc -c 'source ./_sparselearn; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); "
           "_sparselearn; "
           "printf \"%s\\n\" \"${COMPREPLY[@]}\"' bash" +
           list;
  }

  std::string name_;
};

bool holds(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The names that begin with a letter, sorted.
Words solvers_with(char letter) {
  Words names;
  for (const solver::Info& info : solver::all())
    if (info.name.front() == letter) names.emplace_back(info.name);
  std::sort(names.begin(), names.end());
  return names;
}

void check_shell(const std::string& name) {
  const Shell shell(name);
  if (!shell.installed()) return;
  CAPTURE(name);
  CHECK(holds(shell.offered({"sparselearn", "c"}), "compare"));
  CHECK_FALSE(holds(shell.offered({"sparselearn", "c"}), "train"));

  const Words options = shell.offered({"sparselearn", "predict", "--"});
  for (const cli::Option* option : cli::options_of(cli::find_subcommand("predict"))) {
    const std::string word = "--" + std::string(option->name);
    CHECK_MESSAGE((holds(options, word) || holds(options, word + "=")), word);
  }
  CHECK_FALSE(holds(options, "--solver"));

  CHECK(shell.offered({"sparselearn", "train", "--solver", "s"}) == solvers_with('s'));
  CHECK(shell.offered({"sparselearn", "train", "-s", "n"}) == solvers_with('n'));
  CHECK(shell.offered({"sparselearn", "solvers", "a"}) == solvers_with('a'));
  CHECK(shell.offered({"sparselearn", "train", "--mode", "h"}) == Words{"hogwild"});
  CHECK(shell.offered({"sparselearn", "train", "ro"}) == Words{"rows.model", "rows.svm"});
  CHECK(shell.offered({"sparselearn", "train", "--warm-start", "ro"}) == Words{"rows.model", "rows.svm"});
}

}  // namespace

TEST_CASE("completion: bash offers subcommands, options, their values and files") { check_shell("bash"); }
TEST_CASE("completion: zsh offers the same") { check_shell("zsh"); }
TEST_CASE("completion: fish offers the same") { check_shell("fish"); }

TEST_CASE("completion: bash, which splits words at =, offers the values behind it") {
  const Shell shell("bash");
  if (shell.installed())
    CHECK(shell.offered({"sparselearn", "train", "--solver", "=", "s"}) == solvers_with('s'));
}
