#include "sparselearn/base/output_file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "sparselearn/base/error.hpp"
#include "temporary_folder.hpp"

using namespace sparselearn;
namespace fs = std::filesystem;
using namespace sparselearn::tests;

TEST_CASE("OutputFile: the old file stays whole until commit") {
  const TemporaryFolder folder;
  const std::string path = folder / "model";
  write_text(path, "old");
  {
    OutputFile file(path);
    file.write(std::string(3'000'000, 'x'));
    CHECK(read_text(path) == "old");
    file.commit();
    CHECK(read_text(path) == std::string(3'000'000, 'x'));
  }
  CHECK(folder.entries() == 1);
}

TEST_CASE("OutputFile: without commit nothing is left behind") {
  const TemporaryFolder folder;
  write_text(folder / "model", "old");
  { OutputFile(folder / "model").write("new"); }
  { OutputFile(folder / "other").write("new"); }
  CHECK(read_text(folder / "model") == "old");
  CHECK(folder.entries() == 1);
}

TEST_CASE("OutputFile: permissions are kept, new files follow the umask") {
  const TemporaryFolder folder;
  write_text(folder / "secret", "old");
  REQUIRE(::chmod((folder / "secret").c_str(), 0666) == 0);
  const ::mode_t before = ::umask(027);
  for (const char* name : {"secret", "fresh"}) OutputFile(folder / name).commit();
  ::umask(before);
  struct stat status {};
  REQUIRE(::stat((folder / "secret").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0666);
  REQUIRE(::stat((folder / "fresh").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0640);
}

TEST_CASE("OutputFile: a symbolic link stays a link, its target is replaced, even a missing one") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path / "sub");
  write_text(folder / "sub/target", "old");
  fs::create_symlink("sub/target", folder.path / "link");
  fs::create_symlink("link", folder.path / "link2");
  fs::create_symlink("sub/missing", folder.path / "dangling");
  for (const char* name : {"link2", "dangling"}) {
    OutputFile file(folder / name);
    file.write("new");
    file.commit();
    CHECK(fs::is_symlink(folder.path / name));
  }
  CHECK(read_text(folder / "sub/target") == "new");
  CHECK(read_text(folder / "sub/missing") == "new");
}

TEST_CASE("OutputFile: errors name the path and the reason") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(OutputFile(folder / "no/such"),
                       doctest::Contains("no/such: No such file or directory"), IoError);
  CHECK_THROWS_WITH_AS(OutputFile(folder.path.string()), doctest::Contains("Is a directory"), IoError);
  CHECK_THROWS_WITH_AS(OutputFile(""), doctest::Contains("No such file"), IoError);
  if (::geteuid() != 0) {
    write_text(folder / "read-only", "old");
    REQUIRE(::chmod((folder / "read-only").c_str(), 0444) == 0);
    CHECK_THROWS_WITH_AS(OutputFile(folder / "read-only"), doctest::Contains("Permission denied"), IoError);
  }
}

TEST_CASE("OutputFile: a full device is an error at the latest in commit") {
  OutputFile file("/dev/full");
  file.write("x");
  CHECK_THROWS_WITH_AS(file.commit(), "cannot write /dev/full: No space left on device", IoError);
}

TEST_CASE("OutputFile: devices are written in place") {
  OutputFile file("/dev/null");
  file.write("x");
  CHECK_NOTHROW(file.commit());
}

TEST_CASE("OutputFile: a closed pipe has its own type") {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  OutputFile file("/proc/self/fd/" + std::to_string(ends[1]));
  ::close(ends[0]);
  ::close(ends[1]);
  file.write("x");
  CHECK_THROWS_AS(file.commit(), ClosedPipe);
  std::signal(SIGPIPE, before);
}

TEST_CASE("require_writable: tells early, leaves no trace") {
  const TemporaryFolder folder;
  write_text(folder / "old", "old");
  CHECK_NOTHROW(require_writable(folder / "old"));
  CHECK_NOTHROW(require_writable(folder / "new"));
  CHECK_NOTHROW(require_writable("-"));
  CHECK_NOTHROW(require_writable("/dev/null"));
  CHECK_THROWS_AS(require_writable(folder / "no/such"), IoError);
  CHECK_THROWS_AS(require_writable(folder.path.string()), IoError);
  CHECK(folder.entries() == 1);
  CHECK(read_text(folder / "old") == "old");
}
