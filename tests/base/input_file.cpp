#include "sparselearn/base/input_file.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "sparselearn/base/error.hpp"

using namespace sparselearn;

TEST_CASE("read_begin: as many bytes as there are") {
  CHECK(read_begin(SPARSELEARN_SOURCE_DIR "/tests/main.cpp", 7) == "#define");
  CHECK(read_begin("/dev/null", 7).empty());
  CHECK_THROWS_WITH_AS(read_begin("/no/such", 7), "cannot read /no/such: No such file or directory", IoError);
}

TEST_CASE("read_file: files, pipes, and what can not be read") {
  CHECK(read_file(SPARSELEARN_SOURCE_DIR "/tests/main.cpp").starts_with("#define DOCTEST"));
  CHECK(read_file("/dev/null").empty());
  CHECK_THROWS_WITH_AS(read_file("/no/such"), "cannot read /no/such: No such file or directory", IoError);
  CHECK_THROWS_WITH_AS(read_file("/"), "cannot read /: Is a directory", IoError);

  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const std::string sent(300'000, 'x');
  std::thread writer([&] {
    for (std::size_t at = 0; at < sent.size();) {
      const ::ssize_t written = ::write(ends[1], sent.data() + at, sent.size() - at);
      if (written <= 0) break;
      at += static_cast<std::size_t>(written);
    }
    ::close(ends[1]);
  });
  CHECK(read_file("/proc/self/fd/" + std::to_string(ends[0])) == sent);
  writer.join();
  ::close(ends[0]);
}
