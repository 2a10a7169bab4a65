// Preloaded into the program by the tests: makes one call of the C library fail, or do half of its work.
//   FAULT_CALL    read, pread, write, open, fsync, rename, mmap, fallocate or close
//   FAULT_NUMBER  which of these calls, from 1
//   FAULT_ERROR   the errno it fails with; 0: a read or write of half as many bytes; below 0: the signal that
//                 kills the program, before the call or after half of a write; "shrink" or "grow": the file
//                 does so before the call
//   FAULT_UNDER   only files in this folder count (mmap: all memory asked for counts)
//   FAULT_REPORT  receives the path of the file that it hit
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>

namespace {

std::atomic<long> calls{0};

const char* setting(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

void report(const char* path) {
  const long file =
      ::syscall(SYS_openat, AT_FDCWD, setting("FAULT_REPORT"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0 || ::syscall(SYS_write, file, path, std::strlen(path)) < 0) std::abort();
  ::syscall(SYS_close, file);
}

// Cuts the file in half or writes more of the same behind it, if that was asked for.
bool resized(const char* path) {
  const bool shrinks = std::strcmp(setting("FAULT_ERROR"), "shrink") == 0;
  if (!shrinks && std::strcmp(setting("FAULT_ERROR"), "grow") != 0) return false;
  struct stat status {};
  if (::stat(path, &status) != 0) std::abort();
  if (shrinks && ::truncate(path, status.st_size / 2) != 0) std::abort();
  if (shrinks) return true;
  const auto file = static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, O_RDWR, 0));
  char bytes[512];
  const long count = ::syscall(SYS_pread64, file, bytes, sizeof bytes, 0);
  if (::syscall(SYS_pwrite64, file, bytes, count, status.st_size) != count) std::abort();
  ::syscall(SYS_close, file);
  return true;
}

[[noreturn]] void die() {
  ::kill(::getpid(), -std::atoi(setting("FAULT_ERROR")));
  for (;;) ::pause();
}

// True for the one call that shall fail.
bool hit(const char* call, const char* path) {
  if (std::strcmp(call, setting("FAULT_CALL")) != 0) return false;
  const char* const under = setting("FAULT_UNDER");
  if (std::strncmp(path, under, std::strlen(under)) != 0) return false;
  if (++calls != std::atol(setting("FAULT_NUMBER"))) return false;
  report(path);
  if (resized(path)) return false;
  errno = std::atoi(setting("FAULT_ERROR"));
  if (errno < 0 && std::strcmp(call, "write") != 0) die();
  return true;
}

bool hit(const char* call, int descriptor) {
  if (std::strcmp(call, setting("FAULT_CALL")) != 0) return false;
  char link[64] = "/proc/self/fd/", path[4096] = {};
  std::size_t digits = std::strlen(link);
  char number[16];
  int size = 0;
  for (int rest = descriptor; size == 0 || rest > 0; rest /= 10)
    number[size++] = static_cast<char>('0' + rest % 10);
  while (size > 0) link[digits++] = number[--size];
  if (::readlink(link, path, sizeof path - 1) < 0) return false;
  return hit(call, path);
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

// A read or write; with error 0 it moves half of the bytes, and one at least.
template <class Real>
::ssize_t moved(const char* call, int descriptor, std::size_t size, const Real& real) {
  if (!hit(call, descriptor)) return real(size);
  if (errno > 0) return -1;
  const bool fatal = errno < 0;
  const ::ssize_t count = real(size < 2 ? size : size / 2);
  if (fatal) die();
  return count;
}

int opened(const char* name, const char* path, int flags, unsigned mode) {
  if (hit("open", path)) return -1;
  return next<int (*)(const char*, int, ...)>(name)(path, flags, mode);
}

unsigned mode_of(int flags, std::va_list rest) {
  return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, unsigned) : 0U;
}

void* mapped(const char* name, void* at, std::size_t size, int protection, int flags, int file,
             ::off_t offset) {
  if (hit("mmap", "")) return MAP_FAILED;
  return next<decltype(&::mmap)>(name)(at, size, protection, flags, file, offset);
}

}  // namespace

extern "C" {

::ssize_t read(int file, void* out, std::size_t size) {
  return moved("read", file, size,
               [&](std::size_t some) { return next<decltype(&::read)>("read")(file, out, some); });
}
::ssize_t pread(int file, void* out, std::size_t size, ::off_t at) {
  return moved("pread", file, size,
               [&](std::size_t some) { return next<decltype(&::pread)>("pread")(file, out, some, at); });
}
::ssize_t write(int file, const void* bytes, std::size_t size) {
  return moved("write", file, size,
               [&](std::size_t some) { return next<decltype(&::write)>("write")(file, bytes, some); });
}
int open(const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const unsigned mode = mode_of(flags, rest);
  va_end(rest);
  return opened("open", path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const unsigned mode = mode_of(flags, rest);
  va_end(rest);
  return opened("open64", path, flags, mode);
}
int fsync(int file) { return hit("fsync", file) ? -1 : 0; }  // no test waits for a disk
int close(int file) {
  const bool failing = hit("close", file);
  const int error = errno;
  const int status = next<decltype(&::close)>("close")(file);  // a file is closed even where close() fails
  if (!failing) return status;
  errno = error;
  return -1;
}
int rename(const char* from, const char* to) noexcept {
  return hit("rename", from) ? -1 : next<int (*)(const char*, const char*)>("rename")(from, to);
}
int posix_fallocate(int file, ::off_t offset, ::off_t size) {
  if (hit("fallocate", file)) return errno;  // it gives the error back
  return next<decltype(&::posix_fallocate)>("posix_fallocate")(file, offset, size);
}
void* mmap(void* at, std::size_t size, int protection, int flags, int file, ::off_t offset) noexcept {
  return mapped("mmap", at, size, protection, flags, file, offset);
}
void* mmap64(void* at, std::size_t size, int protection, int flags, int file, ::off_t offset) noexcept {
  return mapped("mmap64", at, size, protection, flags, file, offset);
}

}  // extern "C"
