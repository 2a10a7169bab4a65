// train --max-memory: data that do not fit are refused while they are read.
#include <doctest/doctest.h>

#include <string>

#include "cli/run_program.hpp"

using namespace sparselearn::tests;

namespace {

struct Sample : TemporaryFolder {
  std::string data, cache;
  Sample() : data(*this / "data.svm"), cache(*this / "data.slc") {
    write_text(data, sample_data(20000));
    REQUIRE(run({"convert", data, cache}).status == 0);
  }

  Outcome train(const std::string& size, const std::string& file) const {
    return run({"train", "-s", "cd", "-e", "1", "--max-memory", size, "-m", *this / "m", file});
  }
};

}  // namespace

TEST_CASE("--max-memory: what does not fit is refused, text and cache, and no model is written") {
  const Sample there;
  for (const std::string& file : {there.data, there.cache}) {
    const Outcome outcome = there.train("100K", file);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 1);
    CHECK(has(outcome.err, "the data do not fit: after "));
    CHECK(has(outcome.err, "more than the 100.0 kB of memory allowed; allow more (--max-memory)"));
    CHECK_FALSE(std::filesystem::exists(there / "m"));
    CHECK(there.train("1G", file).status == 0);
    std::filesystem::remove(there / "m");
  }
}

TEST_CASE("--max-memory: validation data count as well") {
  const Sample there;
  const std::string told = run({"inspect", "--json", there.data}).out;
  const std::string key = "\"memory_bytes\":";
  REQUIRE(has(told, key));
  const std::string half_more = std::to_string(std::stoull(told.substr(told.find(key) + key.size())) * 3 / 2);
  CHECK(there.train(half_more, there.data).status == 0);
  CHECK(run({"train", "--max-memory", half_more, "--valid", there.data, there.data}).status == 1);
}

TEST_CASE("--max-memory: sizes") {
  for (const char* size : {"", "0", "-1", "x", "M", "1Q", "nan", "1e30"})
    CHECK(run({"train", "--max-memory", size, "x"}).status == 2);
  const Sample there;
  for (const char* size : {"0.5G", "900000000", "1e3M", "1T", "500000K"})
    CHECK(there.train(size, there.data).status == 0);
}
