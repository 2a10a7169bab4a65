#include "data/file_source.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/uninterrupted.hpp"
#include "sparselearn/base/error.hpp"

namespace sparselearn {
namespace {

[[noreturn]] void fail(const char* doing, const std::string& path, int error) {
  throw IoError(std::string("cannot ") + doing + " " + (path == "-" ? "standard input" : path) + ": " +
                std::strerror(error));
}

}  // namespace

FileSource::FileSource(const std::string& path) : path_(path) {
  descriptor_ =
      path == "-" ? STDIN_FILENO : uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); });
  if (descriptor_ < 0) fail("open", path_, errno);
  posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);  // advice: pipes refuse it, and nothing is lost
}

FileSource::~FileSource() {
  if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
}

std::streamsize FileSource::read_descriptor(char* out, std::size_t size) {
  const ssize_t count = uninterrupted([&] { return ::read(descriptor_, out, size); });
  if (count < 0) fail("read", path_, errno);
  return count;
}

std::streamsize FileSource::read(char* out, std::streamsize size) {
  std::streamsize count = 0;
  if (!peeked_.empty()) {
    count = std::min(size, static_cast<std::streamsize>(peeked_.size()));
    std::memcpy(out, peeked_.data(), static_cast<std::size_t>(count));
    peeked_.erase(0, static_cast<std::size_t>(count));
  } else {
    count = read_descriptor(out, static_cast<std::size_t>(size));
  }
  position_ += static_cast<std::uint64_t>(count);
  return count == 0 ? -1 : count;
}

void FileSource::seek(std::uint64_t offset) {
  if (::lseek(descriptor_, static_cast<off_t>(offset), SEEK_SET) < 0) fail("seek in", path_, errno);
}

std::string_view FileSource::peek(std::size_t size) {
  char buffer[8];
  while (peeked_.size() < size) {
    const std::streamsize count = read_descriptor(buffer, std::min(sizeof buffer, size - peeked_.size()));
    if (count == 0) break;
    peeked_.append(buffer, static_cast<std::size_t>(count));
  }
  return peeked_;
}

}  // namespace sparselearn
