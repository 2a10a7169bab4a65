// train --stream: rows in a file, the same results, memory held.
#include <doctest/doctest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <string>

#include "cli/run_program.hpp"
#include "cli/trace_text.hpp"

using namespace sparselearn::tests;

TEST_CASE("--stream: the model and the trace of rows in memory, from files and standard input") {
  const TemporaryFolder there;
  const std::string text = sample_data(3000);
  write_text(there / "data.svm", text);
  for (const std::string solver : {"sdca", "sgd", "saga", "lbfgs", "newton", "auto"}) {
    CAPTURE(solver);
    const auto train = [&](std::vector<std::string> options, const std::string& data) {
      std::vector<std::string> words = {"train",
                                        "-q",
                                        "-s",
                                        solver,
                                        "-e",
                                        "5",
                                        "--tol",
                                        "0",
                                        "--normalize",
                                        "standard",
                                        "--valid-fraction",
                                        "0.2",
                                        "-m",
                                        there / "model",
                                        "--trace",
                                        there / "trace"};
      words.insert(words.end(), options.begin(), options.end());
      words.push_back(data);
      const Outcome outcome = run(words, data == "-" ? text : "");
      CAPTURE(outcome.err);
      REQUIRE(outcome.status == 0);
      return std::pair(read_text(there / "model"), without_times(read_text(there / "trace")));
    };
    const auto in_memory = train({}, there / "data.svm");
    CHECK(train({"--stream", "--max-memory", "100M"}, there / "data.svm") == in_memory);
    CHECK(train({"--stream-dir", there.path.string()}, "-").first == in_memory.first);
  }
}

TEST_CASE("--stream: newton begins on a sample of the rows as it does in memory") {
  const TemporaryFolder there;
  write_text(there / "data.svm", sample_data(17'000, 8));
  for (const std::string where : {"memory", "disk"}) {
    std::vector<std::string> words = {"train", "-q", "-s", "newton", "-e", "2", "-m", there / where};
    if (where == "disk") words.insert(words.end(), {"--stream", "--max-memory", "100M"});
    words.push_back(there / "data.svm");
    REQUIRE(run(words).status == 0);
  }
  CHECK(read_text(there / "disk") == read_text(there / "memory"));
}

TEST_CASE("--stream: solvers that need a copy of the rows are refused by name, and not chosen") {
  const TemporaryFolder there;
  write_text(there / "data.svm", sample_data(300));
  const Outcome refused = run({"train", "--stream", "-s", "cd", there / "data.svm"});
  CHECK(refused.status == 2);
  CHECK(has(refused.err, "solver cd does not support rows on disk (--stream); solvers that do: sgd, "));
  write_text(there / "few.svm", sample_data(30));  // rows a feature, so that in memory it would be cd
  CHECK(has(run({"train", "--l1", "0.01", there / "few.svm"}).err, "cd (auto"));
  const Outcome chosen = run({"train", "--stream", "--l1", "0.01", there / "few.svm"});
  CHECK(chosen.status == 0);
  CHECK(has(chosen.err, "saga (auto"));
}

TEST_CASE("--stream-dir: a folder that is not there, and one that is full") {
  const TemporaryFolder there;
  write_text(there / "data.svm", sample_data(300));
  const Outcome missing = run({"train", "--stream-dir", there / "no", "-m", there / "m", there / "data.svm"});
  CHECK(missing.status == 1);
  CHECK(has(missing.err, "cannot keep rows in " + (there / "no")));
  std::filesystem::create_directory(there / "small");
  if (::mount("none", (there / "small").c_str(), "tmpfs", 0, "size=1m") != 0) {
    MESSAGE("no right to mount: a full disk was not tried");
    return;
  }
  const Outcome full = run({"train", "--stream-dir", there / "small", "-m", there / "m", there / "data.svm"});
  ::umount((there / "small").c_str());
  CHECK(full.status == 1);
  CHECK(has(full.err, "cannot keep rows in " + (there / "small") + ": No space left on device"));
  CHECK_FALSE(std::filesystem::exists(there / "m"));
}
