// Files that change while they are read, compressed data with any damage, streams that are closed, a terminal
// that goes away.
#include <doctest/doctest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "cli/environment.hpp"
#include "cli/run_program.hpp"
#include "cli/trace_text.hpp"
#include "sparselearn/train/checkpoint.hpp"

using namespace sparselearn::tests;

namespace {

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("hostile: a gzip cut short or with a bit flipped names file and byte, or gives the same rows") {
  const TemporaryFolder folder;
  write_text(folder / "data", sample_data(100));
  REQUIRE(run({"convert", folder / "data", folder / "rows"}).status == 0);
  REQUIRE(run({"convert", folder / "data", folder / "data.gz"}).status == 0);
  const std::string rows = read_text(folder / "rows"), good = read_text(folder / "data.gz");
  const std::string bad = folder / "bad.gz", out = folder / "out";
  int refused = 0;
  for (std::size_t at = 0; at < good.size(); at += at < 12 ? 1 : 1 + good.size() / 8)
    for (const bool flips : {true, false}) {
      CAPTURE(at);
      std::string bytes = good;
      flips ? void(bytes[at] = static_cast<char>(bytes[at] ^ 16)) : bytes.resize(at);
      write_text(bad, bytes);
      const Outcome outcome = run({"convert", bad, out});
      CAPTURE(outcome.err);
      if (outcome.status == 0) {  // a bit of the header that says nothing of the rows
        CHECK(flips);
        CHECK(at < 10);
        CHECK((read_text(out) == rows));
        std::filesystem::remove(out);
        continue;
      }
      ++refused;
      CHECK(outcome.status == 3);
      CHECK(outcome.err.starts_with(bad + ":"));
      CHECK_FALSE(std::filesystem::exists(out));
    }
  CHECK(refused > 25);
}

#ifdef SPARSELEARN_FAULT_SHIM

TEST_CASE("hostile: a file that shrinks or grows before any read is read as it was or as it is, or refused") {
  const TemporaryFolder folder, reports;
  const std::string report = reports / "report";
  write_text(folder / "text", sample_data(200));
  REQUIRE(run({"train", "-q", "-m", folder / "model", folder / "text"}).status == 0);
  for (const char* made : {"text.slc", "text.gz"})
    REQUIRE(run({"convert", folder / "text", folder / made}).status == 0);
  int changes = 0, refused = 0;
  for (const char* name : {"text", "text.slc", "text.gz", "model"})
    for (const char* call : {"read", "pread"})
      for (const char* change : {"shrink", "grow"})
        for (int number = 1;; ++number) {
          const std::string file = folder / name, before = read_text(file);
          CAPTURE(std::string(name));
          CAPTURE(std::string(change));
          CAPTURE(number);
          Outcome outcome;
          {
            const Environment environment{{"LD_PRELOAD", SPARSELEARN_FAULT_SHIM},
                                          {"FAULT_CALL", call},
                                          {"FAULT_NUMBER", std::to_string(number)},
                                          {"FAULT_ERROR", change},
                                          {"FAULT_UNDER", file},
                                          {"FAULT_REPORT", report}};
            const bool is_model = std::string(name) == "model";
            outcome = run({"predict", is_model ? file : folder / "model", is_model ? folder / "text" : file});
          }
          CAPTURE(outcome.err);
          const bool changed = std::filesystem::exists(report);
          std::filesystem::remove(report);
          write_text(file, before);
          CHECK((outcome.status == 0 || outcome.status == 3));
          if (outcome.status == 3) CHECK(outcome.err.starts_with(file + ":"));
          if (!changed) {
            CHECK(outcome.status == 0);
            break;
          }
          ++changes;
          refused += outcome.status == 3 ? 1 : 0;
        }
  MESSAGE(changes << " changes, " << refused << " of them refused");
  CHECK(refused > 10);
}

#endif

TEST_CASE("hostile: with standard error closed no message ends up in a file") {
  const TemporaryFolder folder;
  write_text(folder / "data", sample_data(50));
  const std::string words = std::string(SPARSELEARN_PROGRAM) + " train -v -s sgd --tol 0 -e 3 -m " +
                            (folder / "m") + " --trace " + (folder / "t") + " " + (folder / "data");
  REQUIRE(shell(words + " 2>/dev/null") == 0);
  const std::string model = read_text(folder / "m"), trace = without_times(read_text(folder / "t"));
  for (const char* closed : {" 2>&-", " <&- 2>&-", " <&- >&- 2>&-"}) {
    CAPTURE(std::string(closed));
    CHECK(shell(words + closed) == 0);
    CHECK(read_text(folder / "m") == model);
    CHECK(without_times(read_text(folder / "t")) == trace);
  }
  const std::string predict = std::string(SPARSELEARN_PROGRAM) + " predict " + (folder / "m") + " ";
  CHECK(shell(predict + (folder / "data") + " >&- 2>/dev/null") == 1);
  CHECK(shell(predict + "- <&- 2>/dev/null") == 1);
}

TEST_CASE("hostile: a terminal that goes away ends the run with checkpoint and model") {
  const TemporaryFolder folder;
  write_text(folder / "data", sample_data(500));
  int terminal = -1;
  const ::pid_t process = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (process == 0) {
    const std::string data = folder / "data", model = folder / "m", checkpoint = folder / "c";
    ::execl(SPARSELEARN_PROGRAM, "sparselearn", "train", "-s", "sgd", "--tol", "0", "-e", "1e9", "-m",
            model.c_str(), "--checkpoint", checkpoint.c_str(), data.c_str(), nullptr);
    ::_exit(127);
  }
  REQUIRE(process > 0);
  std::string seen;
  for (char c = 0; !has(seen, "\nsolver ") && ::read(terminal, &c, 1) == 1;) seen += c;
  CAPTURE(seen);
  CHECK(has(seen, "\nsolver "));
  ::close(terminal);
  int status = 0;
  REQUIRE(::waitpid(process, &status, 0) == process);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 130);
  CHECK(read_text(folder / "m").starts_with("sparselearn-model 1\n"));
  CHECK(sparselearn::read_checkpoint(folder / "c").runs.size() == 1);
}
