#include "cli/screen.hpp"

#include <doctest/doctest.h>

#include "cli/run_program.hpp"

using namespace sparselearn;
using namespace sparselearn::cli;
using namespace sparselearn::tests;

TEST_CASE("duration_text: a form for each size") {
  CHECK(duration_text(0.0004) == "0 s");
  CHECK(duration_text(0.0123) == "0.012 s");
  CHECK(duration_text(9.87654) == "9.877 s");
  CHECK(duration_text(59.94) == "59.9 s");
  CHECK(duration_text(60) == "1 min 00 s");
  CHECK(duration_text(3599.4) == "59 min 59 s");
  CHECK(duration_text(3600) == "1 h 00 min");
  CHECK(duration_text(100000) == "27 h 46 min");
  CHECK(duration_text(1e300).ends_with(" min"));
}

TEST_CASE("aligned: values stand in one column") {
  CHECK(aligned({{"a", "1"}, {"long name", "2"}}) == "a          1\nlong name  2\n");
  CHECK(aligned({}).empty());
}

TEST_CASE(
    "progress: a bar when asked for, none in a file or with -q, and the last line stays the certificate") {
  const TemporaryFolder folder;
  write_text(folder / "data", sample_data(500));
  const auto err = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"train", folder / "data"});
    return run(options).err;
  };
  const std::string bar = err({"--progress", "always"});
  CHECK(has(bar, "\r\x1b[K["));
  CHECK(bar.substr(bar.rfind('\n', bar.size() - 2) + 1).starts_with("converged: "));
  CHECK_FALSE(has(err({}), "\r"));
  CHECK_FALSE(has(err({"--progress", "never"}), "\r"));
  CHECK(err({"--progress", "always", "-q"}).empty());
}

TEST_CASE("progress: -v tells every evaluation") {
  const TemporaryFolder folder;
  write_text(folder / "data", sample_data(100));
  const std::string err =
      run({"train", "-v", "--solver", "sgd", "--tol", "0", "--epochs", "3", folder / "data"}).err;
  for (const char* line : {"\nepoch 0  objective 0.69314718  ", "\nepoch 1  ", "\nepoch 3  "})
    CHECK(has(err, line));
}
