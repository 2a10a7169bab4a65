// Killed at any moment, a run leaves files that are whole, and what goes on from its checkpoint comes to the
// same bytes.
#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "cli/environment.hpp"
#include "cli/run_program.hpp"
#include "cli/trace_text.hpp"
#include "sparselearn/train/checkpoint.hpp"

using namespace sparselearn::tests;

namespace {

using Words = std::vector<std::string>;

/// A folder with data, and a run that writes model, trace and checkpoint there; it goes on from the
/// checkpoint if there is one.
class Bench {
 public:
  Bench(std::size_t rows, Words options) : options_(std::move(options)) {
    write_text(folder_ / "data", sample_data(rows));
    REQUIRE(run(words({})).status == 0);
    model_ = read_text(folder_ / "model");
    trace_ = without_times(read_text(folder_ / "trace"));
    clear();
  }

  bool begun() const { return std::filesystem::exists(folder_ / "checkpoint"); }
  std::string path() const { return folder_.path.string(); }
  void wait_for_checkpoint() const {
    for (int attempt = 0; attempt < 10000 && !begun(); ++attempt)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  Running start(const std::string& every) const { return Running(reports_, words(checkpoints(every))); }

  /// What a kill may leave: each file the old one (none, for "") or the new one, and files that were never
  /// given their name.
  void check_files(const std::string& old) const {
    if (begun()) CHECK(sparselearn::read_checkpoint(folder_ / "checkpoint").runs.size() == 1);
    const std::string model = read_text(folder_ / "model"), trace = read_text(folder_ / "trace");
    if (model != old) CHECK(model == model_);
    if (trace != old) CHECK(without_times(trace) == trace_);
  }

  void check_end(const Outcome& outcome) const {
    CAPTURE(outcome.err);
    CHECK(outcome.status == 0);
    CHECK(read_text(folder_ / "model") == model_);
    CHECK(without_times(read_text(folder_ / "trace")) == trace_);
  }

  /// A fresh start, with `old` in the place of the results.
  void clear(const std::string& old = "") const {
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path))
      if (entry.path().filename() != "data") std::filesystem::remove(entry.path());
    if (old.empty()) return;
    for (const char* name : {"model", "trace"}) write_text(folder_ / name, old);
  }

 private:
  Words words(Words more) const {
    Words all{"train", "-q", "-m", folder_ / "model", "--trace", folder_ / "trace"};
    all.insert(all.end(), options_.begin(), options_.end());
    all.insert(all.end(), more.begin(), more.end());
    all.push_back(folder_ / "data");
    return all;
  }
  Words checkpoints(const std::string& every) const {
    return {begun() ? "--resume" : "--checkpoint", folder_ / "checkpoint", "--checkpoint-every", every};
  }
  TemporaryFolder folder_, reports_;
  Words options_;
  std::string model_, trace_;
};

}  // namespace

TEST_CASE("killed: a hundred times, at moments spread over the run, going on from the checkpoint each time") {
  const Bench bench(500, {"-s", "sgd", "--tol", "0", "-e", "6000", "--trace-every", "200"});
  int killed = 0, resumed = 0, ended = 0;
  for (int moment = 0; killed < 100; ++moment) {
    resumed += bench.begun() ? 1 : 0;
    Running program = bench.start("0.01");
    if (moment % 2 == 1) bench.wait_for_checkpoint();  // else a slow machine might never come to one
    std::this_thread::sleep_for(
        std::chrono::milliseconds(moment * 29 % 60));  // 29 and 60 have no common factor
    program.signal(SIGKILL);
    const Outcome outcome = program.wait();
    CAPTURE(moment);
    if (outcome.status == 128 + SIGKILL) {
      ++killed;
      bench.check_files("");
      continue;
    }
    bench.check_end(outcome);  // it was faster than the kill
    bench.clear();
    ++ended;
  }
  bench.check_end(bench.start("60").wait());
  MESSAGE(killed << " kills, " << resumed << " runs went on from a checkpoint, " << ended
                 << " came to their end");
  CHECK(resumed > 20);
}

#ifdef SPARSELEARN_FAULT_SHIM

TEST_CASE("killed: before each call that writes, names or opens a file, and in the middle of each write") {
  const Bench bench(60, {"-s", "sgd", "--tol", "0", "-e", "3", "--threads", "1"});
  const TemporaryFolder reports;
  const std::string old = "the old file\n", report = reports / "report";
  int killed = 0;
  for (const char* call : {"write", "open", "fsync", "rename", "close"})
    for (int number = 1;; ++number) {
      CAPTURE(std::string(call));
      CAPTURE(number);
      bench.clear(old);
      Outcome outcome;
      {
        const Environment environment{{"LD_PRELOAD", SPARSELEARN_FAULT_SHIM},
                                      {"FAULT_CALL", call},
                                      {"FAULT_NUMBER", std::to_string(number)},
                                      {"FAULT_ERROR", std::to_string(-SIGKILL)},
                                      {"FAULT_UNDER", bench.path()},
                                      {"FAULT_REPORT", report}};
        outcome = bench.start("0").wait();
      }
      if (!std::filesystem::exists(report)) {
        bench.check_end(outcome);
        break;
      }
      std::filesystem::remove(report);
      CHECK(outcome.status == 128 + SIGKILL);
      ++killed;
      bench.check_files(old);
      bench.check_end(bench.start("60").wait());
    }
  MESSAGE(killed << " kills");
  CHECK(killed > 40);
}

#endif
