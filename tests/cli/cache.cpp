// Caches on the command line: made by convert, read wherever data is.
#include <doctest/doctest.h>

#include "cli/run_program.hpp"

using namespace sparselearn::tests;

namespace {

struct Converted : TemporaryFolder {
  std::string text, cache;
  explicit Converted(const std::string& lines = sample_data(300))
      : text(*this / "data.svm"), cache(*this / "data.slc") {
    write_text(text, lines);
    REQUIRE(run({"convert", text, cache}).status == 0);
  }
};

// The same words with the text and with the cache; what they write to standard output.
void check_same_output(const Converted& there, std::vector<std::string> words) {
  words.push_back(there.text);
  const Outcome from_text = run(words);
  words.back() = there.cache;
  const Outcome from_cache = run(words);
  CAPTURE(from_cache.err);
  CHECK(from_text.status == 0);
  CHECK(from_cache.status == 0);
  CHECK(from_cache.out == from_text.out);
}

}  // namespace

TEST_CASE("cache: trains to the same model, predicts and evaluates the same, inspects the same") {
  const Converted there;
  const std::string model = there / "m";
  REQUIRE(run({"train", "-q", "--solver", "saga", "-m", model, there.text}).status == 0);
  REQUIRE(run({"train", "-q", "--solver", "saga", "-m", there / "n", there.cache}).status == 0);
  CHECK(read_text(there / "n") == read_text(model));
  check_same_output(there, {"predict", "--output", "all", model});
  check_same_output(there, {"evaluate", model});
  check_same_output(there, {"inspect", "--json"});
  check_same_output(there, {"inspect", there.text});  // together with text
}

TEST_CASE("cache: back to text, by name and by --to, in either index base") {
  const Converted there("1 1:0.5 7:-2\n-1\n0.25 3:0.001\n");
  const std::string text = read_text(there.text);
  CHECK(run({"convert", there.cache, "-"}).out == text);
  CHECK(run({"convert", "--write-base", "0", there.cache, "-"}).out == "1 0:0.5 6:-2\n-1\n0.25 2:0.001\n");
  REQUIRE(run({"convert", "--to", "cache", "--write-base", "0", there.text, there / "zero"}).status == 0);
  CHECK(run({"convert", there / "zero", "-"}).out == "1 0:0.5 6:-2\n-1\n0.25 2:0.001\n");
  CHECK(run({"convert", "--index-base", "0", "--write-base", "1", there.cache, "-"}).out ==
        "1 2:0.5 8:-2\n-1\n0.25 4:0.001\n");
  REQUIRE(run({"convert", "--to", "text", there.cache, there / "x.slc"}).status == 0);
  CHECK(read_text(there / "x.slc") == text);
  CHECK(run({"convert", "--to", "gzip", there.cache, "-"}).out ==
        run({"convert", "--gzip", there.text, "-"}).out);
  CHECK(run({"convert", "--to", "cache", there.text, "-"}).out == read_text(there.cache));
  CHECK(run({"convert", there.cache, there.cache}).status == 0);  // in place: whole or not at all
  CHECK(run({"convert", there.cache, "-"}).out == text);
}

TEST_CASE("cache: the same bytes on any number of threads") {
  const Converted there(sample_data(20000));
  for (const char* threads : {"1", "2", "5"})
    CHECK(run({"convert", "-j", threads, "--to", "cache", there.text, "-"}).out == read_text(there.cache));
}

TEST_CASE("cache: lines that were skipped when it was made are told whenever it is read") {
  const TemporaryFolder folder;
  write_text(folder / "a", "1 1:1\nbad\n-1 2:1\n");
  REQUIRE(run({"convert", "--on-error", "skip", folder / "a", folder / "a.slc"}).status == 0);
  const Outcome outcome = run({"inspect", folder / "a.slc"});
  CHECK(outcome.status == 0);
  CHECK(has(outcome.err, "a:2:1: "));
  CHECK(has(outcome.err, "note: 1 bad line was skipped"));
}

TEST_CASE("cache: damage is exit code 3 and names the file and the place; nothing is written") {
  const Converted there;
  std::string bytes = read_text(there.cache);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_text(there.cache, bytes);
  const Outcome outcome = run({"train", "-m", there / "m", there.cache});
  CHECK(outcome.status == 3);
  CHECK(has(outcome.err, "data.slc: error: the cache is damaged at byte 64: "));
  CHECK_FALSE(std::filesystem::exists(there / "m"));
  write_text(there.cache, bytes.substr(0, bytes.size() / 3));
  CHECK(run({"inspect", there.cache}).status == 3);
}

TEST_CASE("cache: what does not go with it") {
  const Converted there;
  const Outcome piped = run({"inspect", "-"}, read_text(there.cache));
  CHECK(piped.status == 3);
  CHECK(has(piped.err, "<stdin>: error: a cache can not be read from a pipe; name its file"));
  CHECK(run({"convert", "--gzip", "--to", "cache", there.text, there / "x"}).status == 2);
  CHECK(run({"convert", "--to", "zip", there.text, there / "x"}).status == 2);
  CHECK(run({"predict", there.cache, there.text}).status == 3);
}
