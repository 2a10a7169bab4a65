#include "sparselearn/base/program.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

extern char** environ;

namespace sparselearn {
namespace {

// A file without a name, gone when closed. Files instead of pipes: neither side ever waits for the other.
class ScratchFile {
 public:
  ScratchFile() : file_(std::tmpfile()) {
    if (!file_) throw IoError(std::string("cannot create a temporary file: ") + std::strerror(errno));
  }
  ~ScratchFile() { std::fclose(file_); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  int descriptor() const { return ::fileno(file_); }

  void fill(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size() || std::fflush(file_) != 0)
      throw IoError(std::string("cannot write a temporary file: ") + std::strerror(errno));
    std::rewind(file_);
  }

  std::string text() {
    std::rewind(file_);
    std::string found;
    char piece[1 << 16];
    while (const std::size_t read = std::fread(piece, 1, sizeof piece, file_)) found.append(piece, read);
    return found;
  }

 private:
  std::FILE* file_;
};

// Standard input, output and error of the program to be.
class Streams {
 public:
  Streams(const ScratchFile& in, const ScratchFile& out, const ScratchFile& err) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_adddup2(&actions_, in.descriptor(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, out.descriptor(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, err.descriptor(), STDERR_FILENO);
  }
  ~Streams() { ::posix_spawn_file_actions_destroy(&actions_); }
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

int wait_for(::pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0)
    if (errno != EINTR) throw IoError(std::string("cannot wait for a program: ") + std::strerror(errno));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ProgramResult run_program(const std::vector<std::string>& words, const std::string& input) {
  ScratchFile in, out, err;
  in.fill(input);
  std::vector<std::string> copies = words;  // argv wants them writable
  std::vector<char*> argv;
  argv.reserve(copies.size() + 1);
  for (std::string& word : copies) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::pid_t process = -1;
  const Streams streams(in, out, err);
  const int error = ::posix_spawnp(&process, argv[0], streams.get(), nullptr, argv.data(), environ);
  if (error == ENOENT || error == EACCES || error == ENOTDIR)
    throw MissingProgram("the program " + words[0] + " is not installed");
  if (error != 0) throw IoError("cannot start " + words[0] + ": " + std::strerror(error));
  ProgramResult result;
  result.status = wait_for(process);
  result.out = out.text();
  result.err = err.text();
  return result;
}

}  // namespace sparselearn
