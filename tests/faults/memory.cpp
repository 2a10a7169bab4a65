// Data that would take more memory than there is or than is allowed: refused clearly, and before it is taken.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include "cli/run_program.hpp"
#include "sparselearn/data/writer.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

#if defined(SPARSELEARN_FAULT_SHIM)
constexpr bool sanitized = false;
#else
constexpr bool sanitized = true;  // a sanitizer takes a terabyte of addresses, and several times the memory
#endif

using Words = std::vector<std::string>;

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t k = 0; k < times; ++k) all += text;
  return all;
}

/// `megabytes` of the text, compressed into some thousandth of that.
std::string bomb(const std::string& text, std::size_t megabytes) {
  return repeated(gzip_member(repeated(text, (std::size_t{1} << 20) / text.size())), megabytes);
}

/// Runs that may take little: what was allowed, and what the program needs for itself.
void check_refused(const Words& words, int status, const std::string& message) {
  constexpr std::size_t allowed = 20'000'000, itself = 40'000'000;
  Words all{"train", "-q", "--max-memory", std::to_string(allowed)};
  all.insert(all.end(), words.begin(), words.end());
  const Outcome outcome = run(all);
  CAPTURE(outcome.err);
  CHECK(outcome.status == status);
  CHECK(has(outcome.err, message));
  if (!sanitized) CHECK(outcome.memory < allowed + itself);
}

/// Fewer addresses for the programs started meanwhile.
class AddressLimit {
 public:
  explicit AddressLimit(std::size_t bytes) {
    REQUIRE(::getrlimit(RLIMIT_AS, &before_) == 0);
    struct rlimit limit = before_;
    limit.rlim_cur = bytes;
    REQUIRE(::setrlimit(RLIMIT_AS, &limit) == 0);
  }
  ~AddressLimit() { ::setrlimit(RLIMIT_AS, &before_); }
  AddressLimit(const AddressLimit&) = delete;
  AddressLimit& operator=(const AddressLimit&) = delete;

 private:
  struct rlimit before_ {};
};

}  // namespace

TEST_CASE("memory: one endless line, plain and compressed") {
  const TemporaryFolder folder;
  write_text(folder / "line", "");
  std::filesystem::resize_file(folder / "line", std::uintmax_t{1} << 32);  // a hole, which takes no disk
  write_text(folder / "line.gz", bomb(" ", 100));
  for (const char* file : {"line", "line.gz"})
    check_refused({folder / file}, 3, ":1:1: error: expected a line of at most 19 MiB, found a longer one");
}

TEST_CASE("memory: rows without end, empty ones as well, from a gzip of a thousandth of their size") {
  const TemporaryFolder folder;
  write_text(folder / "empty.gz", bomb("1\n0\n", 30));
  write_text(folder / "rows.gz", bomb("1 1:1 7:2\n0 3:1\n", 100));
  write_text(folder / "bad.gz", bomb("x\n", 20));
  for (const char* file : {"empty.gz", "rows.gz"})
    check_refused({folder / file}, 1, "more than the 20.0 MB of memory allowed");
  check_refused({"--on-error", "skip", folder / "bad.gz"}, 3, "no rows: every line is bad");
}

TEST_CASE("memory: inspect looks at rows that would take ten times what it takes") {
  const TemporaryFolder folder;
  write_text(folder / "rows.gz", bomb("1 1:1\n0 2:1\n", 150));
  const Outcome outcome = run({"inspect", "-q", folder / "rows.gz"});
  CHECK(outcome.status == 0);
  CHECK(has(outcome.out, "rows         26,214,300\n"));
  CHECK(has(outcome.out, "memory       524.3 MB\n"));
  if (!sanitized) CHECK(outcome.memory < 100'000'000);
}

TEST_CASE("memory: the largest index asks for 34 GB of weights") {
  const TemporaryFolder folder;
  write_text(folder / "data", "1 4294967295:1\n0 1:1\n");
  check_refused({folder / "data"}, 1, "the weights do not fit: 4,294,967,295 features take ");
}

TEST_CASE("memory: with few addresses a run ends well, or says that it is out of memory") {
  if (sanitized) {
    MESSAGE("left out in a build with sanitizers");
    return;
  }
  const TemporaryFolder folder;
  REQUIRE(run({"generate", "--rows", "5000", "--columns", "20000", folder / "data"}).status == 0);
  REQUIRE(run({"convert", folder / "data", folder / "data.slc"}).status == 0);
  REQUIRE(run({"train", "-q", "-e", "1", "-m", folder / "model", folder / "data"}).status == 0);
  const Words commands[] = {{"train", "-q", "-e", "1", "-m", folder / "m", folder / "data"},
                            {"train", "-q", "-e", "1", "--stream", "-m", folder / "m", folder / "data"},
                            {"predict", "-o", folder / "o", folder / "model", folder / "data.slc"},
                            {"convert", "--to", "cache", folder / "data", folder / "o"},
                            {"generate", "--rows", "5000", folder / "o"}};
  int refused = 0;
  for (const Words& words : commands)
    for (const std::size_t megabytes : {20U, 30U, 40U, 50U, 60U, 80U, 100U, 150U}) {
      CAPTURE(words);
      CAPTURE(megabytes);
      const std::size_t before = folder.entries();
      Outcome outcome;
      {
        const AddressLimit limit(megabytes << 20);
        outcome = run(words);
      }
      CAPTURE(outcome.err);
      if (outcome.status == 0) {
        std::filesystem::remove(folder / "m");
        std::filesystem::remove(folder / "o");
        continue;
      }
      ++refused;
      CHECK(outcome.status == 1);
      CHECK(has(outcome.err, "sparselearn: error: out of memory"));
      CHECK(folder.entries() == before);
    }
  CHECK(refused > 5);
}
