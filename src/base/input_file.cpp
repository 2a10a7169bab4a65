#include "sparselearn/base/input_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/uninterrupted.hpp"
#include "sparselearn/base/error.hpp"

namespace sparselearn {
namespace {

[[noreturn]] void fail(const std::string& path) {
  const std::string name = path == "-" ? "standard input" : path;
  throw IoError("cannot read " + name + ": " + std::generic_category().message(errno));
}

class Descriptor {
 public:
  explicit Descriptor(const std::string& path)
      : number_(path == "-" ? ::dup(STDIN_FILENO)
                            : uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); })) {
    if (number_ < 0) fail(path);
  }
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

std::size_t read_some(const Descriptor& file, const std::string& path, char* out, std::size_t size) {
  const ::ssize_t got = uninterrupted([&] { return ::read(file.number(), out, size); });
  if (got < 0) fail(path);
  return static_cast<std::size_t>(got);
}

}  // namespace

std::string read_file(const std::string& path) {
  const Descriptor file(path);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) fail(path);
  const std::size_t expected = S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) : 0;
  std::string bytes(expected + 4096, '\0');  // room to see the end of the file without growing
  std::size_t size = 0;
  while (true) {
    if (size == bytes.size()) bytes.resize(2 * bytes.size());
    const std::size_t got = read_some(file, path, bytes.data() + size, bytes.size() - size);
    if (got == 0) break;
    size += got;
  }
  bytes.resize(size);
  return bytes;
}

std::string read_begin(const std::string& path, std::size_t most) {
  const Descriptor file(path);
  std::string bytes(most, '\0');
  std::size_t size = 0;
  while (size < most) {
    const std::size_t got = read_some(file, path, bytes.data() + size, most - size);
    if (got == 0) break;
    size += got;
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace sparselearn
