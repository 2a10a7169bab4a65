// One call of the C library after the other fails, until a run ends that makes no more calls of the kind:
// what can go on does so to the same bytes, what can not ends with exit code 1 and a message, old files are
// whole, and no temporary file stays.
#include <doctest/doctest.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <sstream>

#include "cli/environment.hpp"
#include "cli/run_program.hpp"
#include "cli/trace_text.hpp"
#include "sparselearn/train/checkpoint.hpp"

using namespace sparselearn::tests;

#ifndef SPARSELEARN_FAULT_SHIM

TEST_CASE(
    "faults: left out, since a sanitizer and a preloaded library both take the place of the C library's "
    "calls") {
  MESSAGE("left out in a build with sanitizers");
}

#else

namespace {

using Words = std::vector<std::string>;

/// A call, and what shall become of it.
struct Fault {
  const char* call;
  int error;
  bool harmless() const { return error == EINTR || error == 0; }
};

constexpr Fault faults[] = {
    {"read", EIO},    {"read", EINTR},       {"read", 0},          {"pread", EIO},    {"pread", EINTR},
    {"pread", 0},     {"open", EMFILE},      {"open", EINTR},      {"write", ENOSPC}, {"write", EINTR},
    {"write", 0},     {"fsync", EIO},        {"fsync", EINTR},     {"rename", EIO},   {"close", EIO},
    {"mmap", ENOMEM}, {"fallocate", ENOSPC}, {"fallocate", EINTR},
};

std::string error_text(int error) { return error == ENOMEM ? "out of memory" : std::strerror(error); }

/// A command with its files, which lie in a folder of their own.
struct Command {
  std::string words;                 // the names of files in the folder as @NAME
  std::vector<std::string> outputs;  // their names
};

const std::string one_thread = " --threads 1 ", train = "train -q -s sgd --tol 0 -e 2 --l2 0.01" + one_thread;

const Command commands[] = {
    {train + "-m @m --trace @t --summary @s --checkpoint @c --checkpoint-every 0 @data",
     {"m", "t", "s", "c"}},
    {train + "-m @m --resume @state --checkpoint @c @data", {"m", "c"}},
    {train + "-m @m --stream --max-memory 100M @data", {"m"}},
    {"convert --to cache" + one_thread + "@data.gz @o", {"o"}},
    {"predict -o @o" + one_thread + "@model @cache @data", {"o"}},
    {"generate --gzip --rows 100 --columns 50" + one_thread + "@o", {"o"}},
};

/// What a whole file holds, but for seconds; the summary and the checkpoint are full of them.
std::string content(const std::string& folder, const std::string& name) {
  const std::string path = folder + "/" + name, bytes = read_text(path);
  if (name == "t") return without_times(bytes);
  if (name == "s") return bytes.starts_with("{") && bytes.ends_with("}\n") ? "a summary" : "cut short";
  if (name == "c") return std::to_string(sparselearn::read_checkpoint(path).runs.size()) + " run";
  return bytes;
}

class Bench {
 public:
  Bench() {
    write_text(inputs_ / "data", sample_data(60));
    for (const std::string& made :
         {std::string("convert --to cache @data @cache"), std::string("convert @data @data.gz"),
          std::string("train -q -m @model @data"),
          train + "--time-limit 1e-9 --checkpoint @state --trace /dev/null -m /dev/null @data"})
      REQUIRE(run(words(made)).status == 0);
    inputs_count_ = inputs_.entries();
  }

  /// Walks over all calls that a command makes; counts the faults injected.
  void walk(const Command& command) {
    expected_ = outputs_of_good_run(command);
    for (const Fault& fault : faults) walk(command, fault);
  }

  const std::map<std::string, int>& injected() const { return injected_; }
  const std::map<std::string, int>& refused() const { return refused_; }

 private:
  void walk(const Command& command, const Fault& fault) {
    for (int number = 1;; ++number) {
      CAPTURE(command.words);
      CAPTURE(std::string(fault.call));
      CAPTURE(fault.error);
      CAPTURE(number);
      for (const std::string& name : command.outputs) write_text(inputs_ / name, old_);
      const std::string hit_path = run_with(command, fault, number);
      check_files(command);
      if (hit_path.empty()) return;
      ++injected_[fault.call];
    }
  }

  Words words(const std::string& text) const {
    Words found;
    std::istringstream in(text);
    for (std::string word; in >> word;) found.push_back(word[0] == '@' ? inputs_ / word.substr(1) : word);
    return found;
  }

  std::map<std::string, std::string> outputs_of_good_run(const Command& command) {
    const Outcome outcome = run(words(command.words));
    CAPTURE(outcome.err);
    REQUIRE(outcome.status == 0);
    out_ = outcome.out;
    std::map<std::string, std::string> files;
    for (const std::string& name : command.outputs) files[name] = content(inputs_.path.string(), name);
    return files;
  }

  // Runs the command; returns the path that the fault hit, "" when it made fewer calls.
  std::string run_with(const Command& command, const Fault& fault, int number) {
    const std::string report = reports_ / "report";
    std::filesystem::remove(report);
    Outcome outcome;
    {
      const Environment environment{
          {"LD_PRELOAD", SPARSELEARN_FAULT_SHIM},
          {"FAULT_CALL", fault.call},
          {"FAULT_NUMBER", std::to_string(number)},
          {"FAULT_ERROR", std::to_string(fault.error)},
          {"FAULT_UNDER", std::strcmp(fault.call, "mmap") == 0 ? "" : inputs_.path.string()},
          {"FAULT_REPORT", report},
          {"TMPDIR", inputs_.path.string()}};
      outcome = run(words(command.words));
    }
    CAPTURE(outcome.err);
    const bool hit = std::filesystem::exists(report);
    const std::string path = hit ? read_text(report) + " " : "";
    CAPTURE(path);
    failed_ = outcome.status != 0;
    if (outcome.status == 0 && may_go_on(fault, path, outcome.err)) {
      CHECK(outcome.out == out_);
      return path;
    }
    CHECK_FALSE((path.empty() || fault.harmless()));
    CHECK(outcome.status == 1);
    CHECK(has(outcome.err, "sparselearn: error: "));
    CHECK(has(outcome.err, error_text(fault.error)));
    ++refused_[fault.call];
    return path;
  }

  // Without an error, or with one that changes nothing: memory that is asked for again or elsewhere; a file
  // closed that was only read, or only made to see whether it can be; a folder that can not be synced; a
  // checkpoint, which is tried again.
  bool may_go_on(const Fault& fault, const std::string& path, const std::string& err) const {
    const std::string call = fault.call;
    if (has(path, "/c.new.") && has(err, "training goes on")) return true;
    CHECK(err.empty());
    return path.empty() || fault.harmless() || call == "mmap" || call == "close" ||
           path == inputs_.path.string() + " ";
  }

  // Each output is the old one or the new one; the new one for sure when the run ended well.
  void check_files(const Command& command) {
    for (const std::string& name : command.outputs) {
      CAPTURE(name);
      if (read_text(inputs_ / name) == old_)
        CHECK(failed_);
      else
        CHECK(content(inputs_.path.string(), name) == expected_[name]);
      std::filesystem::remove(inputs_ / name);
    }
    CHECK(inputs_.entries() == inputs_count_);
  }

  TemporaryFolder inputs_, reports_;
  std::size_t inputs_count_ = 0;
  std::map<std::string, std::string> expected_;
  std::map<std::string, int> injected_, refused_;
  std::string out_;
  const std::string old_ = "the old file\n";
  bool failed_ = false;
};

}  // namespace

TEST_CASE("faults: every read, write, open, sync, rename and mapping fails in turn") {
  Bench bench;
  for (const Command& command : commands) bench.walk(command);
  int all = 0;
  std::string told;
  for (const auto& [call, count] : bench.injected()) {
    told += " " + std::to_string(count) + " " + call;
    all += count;
  }
  MESSAGE(all << " faults:" << told);
  for (const char* call : {"read", "pread", "open", "write", "fsync", "rename", "close", "mmap", "fallocate"})
    CHECK(bench.refused().contains(call));  // else the walk has lost sight of it
}

#endif
