#include "cli/cli.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <new>

#include "cli/arguments.hpp"
#include "cli/help.hpp"
#include "cli/interrupt.hpp"
#include "cli/screen.hpp"
#include "sparselearn/base/output_file.hpp"

namespace sparselearn::cli {
namespace {

void print(const std::string& text) {
  OutputFile out("-");
  out.write(text);
  out.commit();
}

std::string version_text() { return "sparselearn " SPARSELEARN_VERSION "\n"; }

ExitCode run_subcommand(const Subcommand& subcommand, const std::vector<std::string>& words) {
  const Arguments arguments(subcommand, words);
  if (arguments.given("help") || arguments.given("help-all")) {
    print(arguments.given("help-all") ? subcommand_help_all(subcommand) : subcommand_help(subcommand));
    return ExitCode::success;
  }
  if (arguments.given("version")) {
    print(version_text());
    return ExitCode::success;
  }
  return subcommand.run(arguments);
}

ExitCode run_words(std::vector<std::string> words) {
  if (words.empty()) throw UsageError("a subcommand is missing");
  const std::string first = words.front();
  words.erase(words.begin());
  if (first == "--version") {
    print(version_text());
    return ExitCode::success;
  }
  if (first == "--help" || first == "-h" || (first == "help" && words.empty())) {
    print(program_help());
    return ExitCode::success;
  }
  if (first == "help") {
    print(subcommand_help(find_subcommand(words.front())));
    return ExitCode::success;
  }
  if (first.starts_with('-')) throw UsageError("unknown option " + first + " before the subcommand");
  return run_subcommand(find_subcommand(first), words);
}

// The help that fits: of the subcommand, if it is one.
std::string help_hint(const std::vector<std::string>& words) {
  for (const Subcommand& subcommand : all_subcommands())
    if (!words.empty() && words.front() == subcommand.name) return "sparselearn " + words.front() + " --help";
  return "sparselearn --help";
}

// Where standard error was closed, the next file opened would take its place and receive the messages.
// Reading or writing what is opened here instead fails as it did before.
void occupy_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0) ::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

// Threads cost memory too; TBB tells of those that the system refuses in a text of its own.
std::string unforeseen(const std::string& what) {
  const bool no_thread = what.ends_with(std::strerror(EAGAIN));
  return (no_thread ? "out of memory or threads: " : "internal failure: ") + what;
}

}  // namespace

int run(int argc, char** argv) {
  // A closed pipe and a limit on the size of files are errors of write(), so that half-written files are
  // cleaned up.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  occupy_standard_streams();
  exit_on_interrupt();
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  try {
    return static_cast<int>(run_words(words));
  } catch (const ClosedPipe&) {
    return static_cast<int>(ExitCode::success);  // whoever read has enough
  } catch (const UsageError& error) {
    say_error(error.what());
    say("Try '" + help_hint(words) + "'.");
    return static_cast<int>(error.code());
  } catch (const DataError& error) {
    say_data_error(error);
    return static_cast<int>(error.code());
  } catch (const Error& error) {
    say_error(error.what());
    return static_cast<int>(error.code());
  } catch (const std::bad_alloc&) {
    say_error("out of memory: the data or the weights do not fit");
  } catch (const std::exception& error) {
    say_error(unforeseen(error.what()));
  }
  return static_cast<int>(ExitCode::failure);
}

}  // namespace sparselearn::cli
