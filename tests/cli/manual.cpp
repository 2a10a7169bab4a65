// Every option is in its manual page, with letter, argument and default, and no page tells an option that is
// not there.
#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <sstream>

#include "cli/options.hpp"
#include "sparselearn/solver/solver.hpp"
#include "temporary_folder.hpp"

using namespace sparselearn::cli;
using namespace sparselearn::tests;

namespace {

const std::string folder = SPARSELEARN_SOURCE_DIR "/man/";

std::string page_path(const Subcommand& subcommand) {
  return folder + "sparselearn-" + std::string(subcommand.name) + ".1";
}

// The mdoc line that begins an option: ".It Fl m , Fl -model Ar FILE".
std::string item(const Option& option) {
  std::string line = ".It ";
  if (option.letter != 0) line += std::string("Fl ") + option.letter + " , ";
  line += "Fl -" + std::string(option.name);
  return option.flag() ? line : line + " Ar " + std::string(option.argument);
}

// Option lines of a page, each with the text below it.
std::vector<std::pair<std::string, std::string>> items(const std::string& path) {
  std::istringstream lines(read_text(path));
  std::vector<std::pair<std::string, std::string>> found;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(".It Fl ")) found.emplace_back(line, "");
    inside = line.starts_with(".It Fl ") || (inside && !line.starts_with(".El"));
    if (inside) found.back().second += line + "\n";
  }
  return found;
}

// The entries ".It Cm NAME" of sparselearn-solvers(7): each one's words, with single spaces.
std::map<std::string, std::string> solver_entries() {
  std::istringstream lines(read_text(folder + "sparselearn-solvers.7"));
  std::map<std::string, std::string> found;
  std::string* text = nullptr;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(".El") || line.starts_with(".Sh")) text = nullptr;
    if (line.starts_with(".It Cm ")) text = &found[line.substr(7)];
    if (text) *text += line + ' ';
  }
  return found;
}

}  // namespace

TEST_CASE(
    "manual: sparselearn-solvers(7) has every solver, its source and the options it reads, and no other") {
  const auto entries = solver_entries();
  CHECK(entries.size() == sparselearn::solver::all().size());
  for (const auto& info : sparselearn::solver::all()) {
    CAPTURE(info.name);
    REQUIRE(entries.count(std::string(info.name)) == 1);
    const std::string& text = entries.at(std::string(info.name));
    CHECK(text.find("Source: " + std::string(info.source) + ".") != std::string::npos);
    CHECK(text.find(".Bd -literal") != std::string::npos);  // the formula
    std::string told;
    std::istringstream words(text);
    for (std::string word, option; words >> word;)
      if (word == ".Fl" && words >> option) told += (told.empty() ? "" : ",") + option.substr(1);
    CHECK(told == info.options);
  }
}

TEST_CASE("manual: the options of each page are those of the table, in its order, with their defaults") {
  for (const Subcommand& subcommand : all_subcommands()) {
    CAPTURE(subcommand.name);
    const auto told = items(page_path(subcommand));
    const auto options = options_of(subcommand);
    REQUIRE(told.size() == options.size());
    for (std::size_t k = 0; k < options.size(); ++k) {
      CHECK(told[k].first == item(*options[k]));
      if (!options[k]->fallback.empty())
        CHECK(told[k].second.find("The default is\n.Cm " + std::string(options[k]->fallback) + " .\n") !=
              std::string::npos);
    }
  }
}

TEST_CASE("manual: the pages refer to pages that exist, the first page to all") {
  const std::string first = read_text(folder + "sparselearn.1");
  for (const Subcommand& subcommand : all_subcommands())
    CHECK(first.find("Xr sparselearn-" + std::string(subcommand.name) + " 1") != std::string::npos);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::istringstream words(read_text(entry.path().string()));
    for (std::string word, name, section; words >> word;) {
      if (word != ".Xr" && word != "Xr") continue;
      words >> name >> section;
      CHECK_MESSAGE(std::filesystem::exists(folder + name + "." + section), entry.path().filename().string()
                                                                                << ": " << name);
    }
  }
}

TEST_CASE("manual: mandoc has nothing to say against the pages") {
  if (std::system("command -v mandoc >/dev/null 2>&1") != 0) {
    MESSAGE("mandoc is not installed: the pages were not checked");
    return;
  }
  // Pages that are not installed yet can not be found; the test before this one looks for them in the source.
  const TemporaryFolder temporary;
  const std::string command = "cd '" + folder +
                              "' && mandoc -T lint *.[1-8] | grep -v 'referenced manual not found' > '" +
                              (temporary / "complaints") + "'";
  CHECK(std::system(command.c_str()) != 0);  // grep finds no line
  CHECK(read_text(temporary / "complaints") == "");
}
