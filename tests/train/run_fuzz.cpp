// Saved runs of every solver that somebody changed, where no checksum tells: numbers in them replaced by
// worse ones, bits flipped, ends cut off.
#include "run_fuzz.hpp"

#include <doctest/doctest.h>

#include <set>

#include "support/corpus.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

TEST_CASE("run fuzz: saved runs go on as they are, and cover every solver") {
  std::set<std::string> names;
  for (const SavedRun& run : saved_runs()) {
    CAPTURE(run.name);
    names.insert(run.name);
    bool went_on = false;
    CHECK(resume_fault(run, run.bytes, &went_on) == "");
    CHECK(went_on);
  }
  for (const solver::Info& info : solver::all()) CHECK(names.count(std::string(info.name)) == 1);
}

TEST_CASE("run fuzz: whatever number stands somewhere in a saved run, it is refused or goes on to an end") {
  Random random(3);
  int went_on = 0, refused = 0;
  for (const SavedRun& run : saved_runs()) {
    CAPTURE(run.name);
    CAPTURE(run.epochs);
    for (std::size_t at = 0; at < run.bytes.size(); at += 1 + random.below(12)) {
      CAPTURE(at);
      const std::size_t which = random.below(numbers_to_write);
      CAPTURE(which);
      bool read = false;
      const std::string fault = resume_fault(run, with_number(run.bytes, at, which), &read);
      if (!fault.empty()) CHECK(fault == "");
      ++(read ? went_on : refused);
    }
  }
  CHECK(went_on > 5000);
  CHECK(refused > 5000);
}

TEST_CASE("run fuzz: bits flipped, bytes dropped, and ends cut off") {
  Random random(4);
  for (const SavedRun& run : saved_runs()) {
    CAPTURE(run.name);
    CAPTURE(run.epochs);
    for (int k = 0; k < 40; ++k) {
      CAPTURE(k);
      CHECK(resume_fault(run, changed(run.bytes, random)) == "");
      CHECK(resume_fault(run, run.bytes.substr(0, random.below(run.bytes.size()))) == "");
    }
  }
}

TEST_CASE("run fuzz: less than no full gradients of hogwild svrg, the last of its state, is refused") {
  int met = 0;
  for (const SavedRun& run : saved_runs()) {
    if (run.name != "svrg hogwild") continue;
    std::string bytes = run.bytes;
    const double negative = -1e300;
    std::memcpy(&bytes[bytes.size() - sizeof negative], &negative, sizeof negative);
    bool went_on = false;
    CHECK(resume_fault(run, bytes, &went_on) == "");
    CHECK(!went_on);
    ++met;
  }
  CHECK(met == 4);  // two problems, two places to break off
}

TEST_CASE("run fuzz: the fuzzer's corpus, with every saved run") {
  const std::vector<SavedRun> runs = saved_runs();
  CHECK(runs.size() <= 256);  // the fuzzer names one by a byte
  for (const std::string& script : corpus("resume_run"))
    for (const SavedRun& run : runs) {
      CAPTURE(run.name);
      CAPTURE(run.epochs);
      CHECK(resume_fault(run, changed_as(script, run.bytes)) == "");
    }
}
