// inspect --check and --fix: verdict, report, repaired file, and what is refused.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "cli/run_program.hpp"

using namespace sparselearn::tests;

namespace {

const std::string bad_text =
    "+1 2:1 1:0.5\n-1 1:nan\n1 3:1\n-1 0:1 # zero\n+1 1:1 x\n-1 2:\xff\n-1 2:1 2:1\n";
const std::string repaired_text = "+1 1:0.5 2:1\n+1 3:1\n-1 0:1 # zero\n-1 2:2\n";

void refused(const Outcome& outcome, const std::string& message) {
  CAPTURE(outcome.err);
  CHECK(outcome.status == 2);
  CHECK(has(outcome.err, message));
}

/// Ten seconds at most until the reader of a pipe has taken what was written.
bool taken(int pipe) {
  for (int k = 0; k < 1000; ++k) {
    int left = 0;
    if (::ioctl(pipe, FIONREAD, &left) == 0 && left == 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace

TEST_CASE("inspect --check: counts, places and exit code") {
  const TemporaryFolder folder;
  write_text(folder / "bad", bad_text);
  const Outcome bad = run({"inspect", "--check", folder / "bad"});
  CHECK(bad.status == 3);
  CHECK(bad.err.empty());
  const std::string place = "  " + (folder / "bad");
  CHECK(has(bad.out, "indices out of order: 1 line\n" + place + ":1:8: error: expected ascending indices"));
  CHECK(has(bad.out, "value that is not finite: 1 line\n" + place + ":2:6: error: "));
  CHECK(has(bad.out, "stray byte: 1 line\n" + place + ":6:6: error: expected a number as value, found '?'"));
  CHECK(has(bad.out, "note, no defect: 1 row with index 0\n" + place + ":4:4: index 0\n"));
  CHECK(has(bad.out, "\ndefects in 6 lines of 7\n"));

  write_text(folder / "good", repaired_text);
  const Outcome good = run({"inspect", "--check", folder / "good"});
  CHECK(good.status == 0);
  CHECK(has(good.out, "no defects: 4 rows in 4 lines\n"));
  CHECK(run({"inspect", "--check", "-"}, bad_text).status == 3);

  const Outcome json = run({"inspect", "--check", "--json", folder / "bad"});
  CHECK(json.status == 3);
  CHECK(has(json.out, "\"clean\": false"));
  CHECK(has(json.out, "\"bad_lines\": 6"));
}

TEST_CASE("inspect --check: the same on one thread and on many, plain and gzip") {
  const TemporaryFolder folder;
  std::string text;
  for (int k = 0; k < 20000; ++k) text += k % 7 == 0 ? bad_text : repaired_text;
  write_text(folder / "data", text);
  const Outcome one = run({"inspect", "--check", "-j", "1", "--fix", folder / "one", folder / "data"});
  const Outcome two = run({"inspect", "--check", "-j", "2", "--fix", folder / "two.gz", folder / "data"});
  CHECK(one.out.substr(0, one.out.find("wrote")) == two.out.substr(0, two.out.find("wrote")));
  const Outcome plain = run({"inspect", "--json", folder / "one"});
  CHECK(plain.out == run({"inspect", "--json", folder / "two.gz"}).out);
  CHECK(read_text(folder / "two.gz").starts_with("\x1f\x8b"));
  CHECK(run({"inspect", "--check", folder / "two.gz"}).status == 0);
}

TEST_CASE("inspect --fix: several files become one clean one; nothing is written of nothing") {
  const TemporaryFolder folder;
  write_text(folder / "a", bad_text.substr(0, bad_text.size() - 1));
  write_text(folder / "b", bad_text);
  const Outcome fixed = run({"inspect", "--check", "--fix", folder / "c", folder / "a", folder / "b"});
  CHECK(fixed.status == 3);
  CHECK(has(fixed.out, "wrote " + (folder / "c") + ": 8 rows; 6 lines repaired, 6 lines dropped\n"));
  CHECK(read_text(folder / "c") == repaired_text + repaired_text);
  CHECK(run({"inspect", "--check", folder / "c"}).status == 0);
  const std::string json =
      run({"inspect", "--check", "--json", "--fix", folder / "c", folder / "a", folder / "b"}).out;
  CAPTURE(json);
  for (const std::string& part : {"\"file\": \"" + (folder / "c") + "\"", std::string("\"rows\": 8"),
                                  std::string("\"repaired\": 6"), std::string("\"dropped\": 6")})
    CHECK(has(json, part));

  write_text(folder / "hopeless", "x\n");
  const Outcome none = run({"inspect", "--check", "--fix", folder / "d", folder / "hopeless"});
  CHECK(none.status == 3);
  CHECK(has(none.err, "no row can be kept"));
  CHECK(folder.entries() == 4);
}

TEST_CASE("inspect --check: what makes no sense is refused") {
  const TemporaryFolder folder;
  write_text(folder / "data", sample_data(10));
  const std::string data = folder / "data", model = folder / "model", cache = folder / "data.slc";
  REQUIRE(run({"train", "-q", "-m", model, data}).status == 0);
  REQUIRE(run({"convert", data, cache}).status == 0);
  const std::string before = read_text(data);
  std::filesystem::create_symlink(data, folder / "link");
  refused(run({"inspect", "--check", "--fix", folder / "link", data}), "is being read; name another file");
  refused(run({"inspect", "--check", "--fix", data, folder.path.string()}), "is being read");
  refused(run({"inspect", "--check", "--fix", "-", data}), "--fix: expected a file");
  refused(run({"inspect", "--check", "--fix", folder / "x.slc", data}), "--fix writes text");
  refused(run({"inspect", "--fix", folder / "x", data}), "--fix is not for inspect without --check");
  refused(run({"inspect", "--check", "--unsorted", data}), "--unsorted is not for inspect --check");
  refused(run({"inspect", "--check", "--on-error", "skip", data}), "--on-error is not for");
  refused(run({"inspect", "--check", model}), "is a model");
  refused(run({"inspect", "--check", cache}), "is a cache");
  CHECK(read_text(data) == before);
  CHECK(run({"inspect", "--check", "/no/such"}).status == 1);
}

TEST_CASE("inspect --fix: an interrupt leaves neither the file nor a part of it") {
  const TemporaryFolder folder, screen;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  const int writer = ::open((folder / "pipe").c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(writer >= 0);
  REQUIRE(::write(writer, "1 1:1\n", 6) == 6);
  Running program(screen, {"inspect", "--check", "--fix", folder / "fixed", folder / "pipe"});
  REQUIRE(taken(writer));
  CHECK(folder.entries() == 2);
  program.signal(SIGTERM);
  ::close(writer);
  CHECK(program.wait().status == 130);
  CHECK(folder.entries() == 1);
}
