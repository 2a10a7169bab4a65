#include "sparselearn/base/output_file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "sparselearn/base/error.hpp"

using namespace sparselearn;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path;
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "sparselearn-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const char* name) const { return (path / name).string(); }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
  }
};

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

TEST_CASE("OutputFile: the old file stays whole until commit") {
  const Folder folder;
  const std::string path = folder / "model";
  write(path, "old");
  {
    OutputFile file(path);
    file.write(std::string(3'000'000, 'x'));
    CHECK(read(path) == "old");
    file.commit();
    CHECK(read(path) == std::string(3'000'000, 'x'));
  }
  CHECK(folder.entries() == 1);
}

TEST_CASE("OutputFile: without commit nothing is left behind") {
  const Folder folder;
  write(folder / "model", "old");
  { OutputFile(folder / "model").write("new"); }
  { OutputFile(folder / "other").write("new"); }
  CHECK(read(folder / "model") == "old");
  CHECK(folder.entries() == 1);
}

TEST_CASE("OutputFile: permissions are kept, new files follow the umask") {
  const Folder folder;
  write(folder / "secret", "old");
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
  const Folder folder;
  fs::create_directory(folder.path / "sub");
  write(folder / "sub/target", "old");
  fs::create_symlink("sub/target", folder.path / "link");
  fs::create_symlink("link", folder.path / "link2");
  fs::create_symlink("sub/missing", folder.path / "dangling");
  for (const char* name : {"link2", "dangling"}) {
    OutputFile file(folder / name);
    file.write("new");
    file.commit();
    CHECK(fs::is_symlink(folder.path / name));
  }
  CHECK(read(folder / "sub/target") == "new");
  CHECK(read(folder / "sub/missing") == "new");
}

TEST_CASE("OutputFile: errors name the path and the reason") {
  const Folder folder;
  CHECK_THROWS_WITH_AS(OutputFile(folder / "no/such"),
                       doctest::Contains("no/such: No such file or directory"), IoError);
  CHECK_THROWS_WITH_AS(OutputFile(folder.path.string()), doctest::Contains("Is a directory"), IoError);
  CHECK_THROWS_WITH_AS(OutputFile(""), doctest::Contains("No such file"), IoError);
  if (::geteuid() != 0) {
    write(folder / "read-only", "old");
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
