// Files that are missing, broken, full, closed or not what they should be: exit codes and messages.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "cli/run_program.hpp"

using namespace sparselearn::tests;

namespace {

void check(const Outcome& outcome, int status, const std::string& message) {
  CAPTURE(outcome.err);
  CHECK(outcome.status == status);
  CHECK(has(outcome.err, message));
}

struct Trained : TemporaryFolder {
  std::string data, model;
  Trained() : data(*this / "data.svm"), model(*this / "x.model") {
    write_text(data, sample_data(50));
    REQUIRE(run({"train", "-q", "-m", model, data}).status == 0);
  }
};

}  // namespace

TEST_CASE("files: missing, unreadable, folders") {
  const Trained there;
  check(run({"train", "/no/such"}), 1, "cannot read /no/such: No such file or directory");
  check(run({"predict", "/no/such", there.data}), 1, "cannot read /no/such: No such file or directory");
  check(run({"predict", there.model, "/no/such"}), 1, "/no/such: No such file or directory");
  check(run({"predict", there.path.string(), there.data}), 1, "Is a directory");
  check(run({"evaluate", there.model, "/no/such"}), 1, "No such file");
  check(run({"inspect", "/no/such"}), 1, "No such file");
  check(run({"train", "-m", "/no/such/model", there.data}), 1,
        "cannot create /no/such/model: No such file or directory");
  check(run({"train", "--trace", there.path.string(), there.data}), 1, "Is a directory");
  check(run({"train", "--summary", "/no/such/s", there.data}), 1, "No such file or directory");
}

// As a user who may not read everything: root may, so there the program is run as another.
TEST_CASE("files: what the user may not read or write is exit code 1 and says so") {
  const Trained there;
  const bool root = ::geteuid() == 0;
  if (root && shell("setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null") != 0) {
    MESSAGE("skipped: root, and no way to be another user");
    return;
  }
  namespace fs = std::filesystem;
  fs::copy_file(SPARSELEARN_PROGRAM, there / "program");
  fs::create_directory(there / "folder");
  fs::create_directory(there / "closed");
  write_text(there / "folder/rows", "1 1:1\n");
  write_text(there / "closed/rows", "1 1:1\n");
  write_text(there / "secret", "1 1:1\n");
  fs::permissions(there.path, fs::perms(0755));
  for (const std::string name : {"data.svm", "x.model"}) fs::permissions(there / name, fs::perms(0644));
  for (const std::string name : {"secret", "closed"}) fs::permissions(there / name, fs::perms(0));
  fs::permissions(there / "folder", fs::perms(0555));
  const std::string user = root ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
  const auto refused = [&](const std::string& words, const std::string& message) {
    CAPTURE(words);
    const std::string command = "cd " + there.path.string() + " && " + user + "./program " + words;
    CHECK(shell(command + " >/dev/null 2>errors") == 1);
    const std::string said = read_text(there / "errors");
    CAPTURE(said);
    CHECK(has(said, message + ": Permission denied"));
    fs::remove(there / "errors");
  };
  refused("train secret", "cannot read secret");
  refused("inspect closed", "closed");
  refused("inspect closed/rows", "closed/rows");
  refused("predict secret data.svm", "cannot read secret");
  refused("evaluate x.model secret", "cannot read secret");
  refused("train --weights secret data.svm", "cannot read secret");
  refused("train --resume secret data.svm", "cannot write secret");
  refused("train -m folder/model data.svm", "cannot create folder/model");
  refused("train --trace folder/trace data.svm", "folder/trace");
  refused("convert data.svm folder/rows.slc", "folder/rows.slc");
  CHECK(std::distance(fs::directory_iterator(there / "folder"), fs::directory_iterator()) == 1);
  fs::permissions(there / "closed", fs::perms(0755));  // so that it can be removed
}

TEST_CASE("files: bad data tells file, line and column, with the line and a caret; no model is written") {
  const TemporaryFolder folder;
  write_text(folder / "bad", "+1 1:0.5\n-1 2:1 x:3\n");
  const Outcome outcome = run({"train", "-m", folder / "m", folder / "bad"});
  CHECK(outcome.status == 3);
  CHECK(outcome.err.starts_with((folder / "bad") + ":2:8: error: "));
  CHECK(has(outcome.err, "\n  -1 2:1 x:3\n         ^\n"));
  CHECK(folder.entries() == 1);

  const Outcome skipped = run({"train", "--on-error", "skip", "--loss", "squared", folder / "bad"});
  CHECK(skipped.status == 0);
  CHECK(has(skipped.err, "bad:2:8: "));
  CHECK(has(skipped.err, "note: 1 bad line was skipped"));
}

TEST_CASE("files: control characters of bad data do not reach the terminal") {
  const TemporaryFolder folder;
  write_text(folder / "bad", "+1 1:0.5\n\x1b[31m\t1:1\n");
  const Outcome outcome = run({"train", folder / "bad"});
  CHECK(outcome.status == 3);
  CHECK(outcome.err.find('\x1b') == std::string::npos);
}

TEST_CASE("files: damaged and foreign models") {
  const Trained there;
  check(run({"predict", there.data, there.data}), 3, "not a model");
  std::string text = read_text(there.model);
  write_text(there / "cut", text.substr(0, text.size() - 3));
  check(run({"predict", there / "cut", there.data}), 3, "cut:");
  write_text(there / "new", "sparselearn-model 9" + text.substr(19));
  check(run({"predict", there / "new", there.data}), 3, "format version 9");
  REQUIRE(run({"convert", "--model-format", "binary", there.model, there / "b"}).status == 0);
  std::string binary = read_text(there / "b");
  binary[binary.size() / 2] = static_cast<char>(binary[binary.size() / 2] ^ 1);
  write_text(there / "b", binary);
  check(run({"inspect", there / "b"}), 3, "damaged at byte");
}

TEST_CASE("files: a full disk is exit code 1") {
  const Trained there;
  check(run({"train", "-m", "/dev/full", there.data}), 1, "cannot write /dev/full: No space left on device");
  check(run({"predict", "-o", "/dev/full", there.model, there.data}), 1, "No space left on device");
  for (const char* words : {"evaluate", "predict"})
    CHECK(shell(std::string(SPARSELEARN_PROGRAM) + " " + words + " " + there.model + " " + there.data +
                " >/dev/full 2>/dev/null") == 1);
  CHECK(shell(std::string(SPARSELEARN_PROGRAM) + " --help >/dev/full 2>/dev/null") == 1);
}

TEST_CASE("files: a file that may not grow is exit code 1, and leaves nothing behind") {
  const Trained there;
  const std::string rows = there / "rows.svm", errors = there / "errors";
  write_text(rows, sample_data(3000));
  CHECK(shell("ulimit -f 1; " SPARSELEARN_PROGRAM " convert -q " + rows + " " + (there / "copy") + " 2>" +
              errors) == 1);
  CHECK(has(read_text(errors), "File too large"));
  CHECK(there.entries() == 4);
}

TEST_CASE("files: a closed pipe ends quietly") {
  const Trained there;
  std::string many;
  for (int k = 0; k < 400; ++k) many += there.data + " ";
  const std::string errors = there / "errors";
  CHECK(shell("set -o pipefail; " SPARSELEARN_PROGRAM " predict --output all " + there.model + " " + many +
              " 2>" + errors + " | head -n 1 >/dev/null") == 0);
  CHECK(read_text(errors).empty());
}

TEST_CASE("files: a failed run leaves the old model whole") {
  const Trained there;
  const std::string before = read_text(there.model);
  write_text(there.data, "nonsense\n");
  CHECK(run({"train", "-m", there.model, there.data}).status == 3);
  CHECK(read_text(there.model) == before);
  CHECK(there.entries() == 2);
}

TEST_CASE("interrupt: model and trace of the last finished epoch, exit code 130") {
  for (const int number : {SIGINT, SIGTERM})
    for (const char* every : {"1", "1000000000"}) {
      const TemporaryFolder folder;
      write_text(folder / "data", sample_data(2000));
      Running program(folder, {"train", "--solver", "sgd", "--tol", "0", "--epochs", "1e9", "--trace-every",
                               every, "-m", folder / "m", "--trace", folder / "t", folder / "data"});
      REQUIRE(program.wait_for("\nsolver "));
      program.signal(number);
      const Outcome outcome = program.wait();
      CAPTURE(outcome.err);
      CHECK(outcome.status == 130);
      CHECK(has(outcome.err, "\nnot converged: interrupted, "));
      CHECK(read_text(folder / "m").starts_with("sparselearn-model 1\n"));
      const std::string trace = read_text(folder / "t");
      CHECK(std::count(trace.begin(), trace.end(), '\n') >= 3);  // header, row 0, the epoch it ended in
    }
}

TEST_CASE("interrupt: while reading, even from a pipe that gives nothing, the program ends at once") {
  const TemporaryFolder folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  const int writer = ::open((folder / "pipe").c_str(), O_RDWR);
  REQUIRE(writer >= 0);
  Running program(folder, {"train", "--progress", "always", "-m", folder / "m", folder / "pipe"});
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  program.signal(SIGINT);
  CHECK(program.wait().status == 130);
  CHECK_FALSE(std::filesystem::exists(folder / "m"));
  ::close(writer);
}
