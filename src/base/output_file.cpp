#include "sparselearn/base/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <tuple>
#include <utility>

#include "base/uninterrupted.hpp"
#include "sparselearn/base/error.hpp"

namespace sparselearn {
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 18;

// Follows symbolic links even where the last one dangles, which canonical() refuses.
std::filesystem::path link_target(std::filesystem::path path) {
  for (int depth = 0; depth < 40; ++depth) {
    std::error_code none;
    if (!std::filesystem::is_symlink(path, none)) break;
    const std::filesystem::path next = std::filesystem::read_symlink(path, none);
    if (none) break;
    path = next.is_absolute() ? next : path.parent_path() / next;
  }
  return path;
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

// What commit() renamed is only safe from a power cut once the folder is on disk too. Some file systems
// refuse: let them.
void sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  if (path_ == "-" || path_ == "/dev/stdout") {
    descriptor_ = ::dup(STDOUT_FILENO);
    if (descriptor_ < 0) fail("write to");
    return;
  }
  if (path_.empty()) {
    errno = ENOENT;
    fail("write");
  }
  struct stat status {};
  const bool exists = ::stat(path_.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) {
    open_in_place();
    return;
  }
  if (exists && ::access(path_.c_str(), W_OK) != 0)
    fail("write");  // a rename would get past a read-only file
  target_ = link_target(path_).string();
  open_beside(exists ? status.st_mode & 0777U : 0U);
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::open_in_place() {
  descriptor_ = uninterrupted([&] { return ::open(path_.c_str(), O_WRONLY | O_CLOEXEC); });
  if (descriptor_ < 0) fail("write");
}

void OutputFile::open_beside(unsigned permissions) {
  const unsigned wanted = permissions != 0 ? permissions : 0666U;
  for (int attempt = 0; descriptor_ < 0; ++attempt) {
    temporary_ = target_ + ".new." + std::to_string(::getpid()) + "." + std::to_string(attempt);
    descriptor_ = uninterrupted(
        [&] { return ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, wanted); });
    if (descriptor_ >= 0 || errno == EEXIST) continue;
    temporary_.clear();
    fail("create");
  }
  // The umask may have taken bits away that the old file had. Where this is refused, the stricter file has to
  // do.
  if (permissions != 0) std::ignore = ::fchmod(descriptor_, permissions);
}

void OutputFile::write(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > buffer_size) flush();
  buffer_ += bytes;
  if (buffer_.size() > buffer_size) flush();
}

void OutputFile::flush() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    const ::ssize_t written = uninterrupted([&] { return ::write(descriptor_, left.data(), left.size()); });
    if (written < 0) {
      const int reason = errno;
      buffer_.clear();
      errno = reason;
      fail("write");
    }
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

void OutputFile::commit() {
  flush();
  // Pipes, terminals and some devices can not be synced (EINVAL); a disk that is full or broken says so here.
  const int synced = uninterrupted([&] { return ::fsync(descriptor_); });
  if (synced != 0 && errno != EINVAL && errno != ENOTSUP && errno != EROFS) fail("write");
  close();
  if (temporary_.empty()) return;
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail("rename the new file to");
  temporary_.clear();
  sync_folder(folder_of(target_));
}

void write_file(const std::string& path, std::string_view bytes) {
  OutputFile file(path);
  file.write(bytes);
  file.commit();
}

void require_writable(const std::string& path) {
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  const bool stands_for_itself =
      path == "-" || (exists && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode));
  if (!stands_for_itself) OutputFile probe(path);  // makes a file beside the path and takes it away again
}

void OutputFile::close() {
  const int descriptor = std::exchange(descriptor_, -1);
  if (::close(descriptor) != 0 && errno != EINTR) fail("close");
}

void OutputFile::fail(const char* what) const {
  const int reason = errno;
  const std::string name = path_ == "-" ? "standard output" : path_;
  const std::string message =
      std::string("cannot ") + what + " " + name + ": " + std::generic_category().message(reason);
  if (reason == EPIPE) throw ClosedPipe(message);
  throw IoError(message);
}

}  // namespace sparselearn
