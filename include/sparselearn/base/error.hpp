// The few error types the library throws. The library never prints and never exits; the command line turns
// each type into a message and an exit code.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>

namespace sparselearn {

/// Exit codes of the program, part of its contract.
enum class ExitCode : int {
  success = 0,
  failure = 1,        // I/O or internal
  usage = 2,          // wrong options
  bad_data = 3,       // bad data, or a damaged model, cache or checkpoint
  not_converged = 4,  // asked for and missed, or diverged
  interrupted = 130,
};

class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// A wrong option, or options that do not go together.
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message) : Error(ExitCode::usage, message) {}
};

/// A file that is missing, unreadable or cannot be written.
class IoError : public Error {
 public:
  explicit IoError(const std::string& message) : Error(ExitCode::failure, message) {}
};

/// Whoever was reading our output has gone (EPIPE): nothing is wrong, there is just no one left to write for.
class ClosedPipe : public IoError {
 public:
  explicit ClosedPipe(const std::string& message) : IoError(message) {}
};

/// A solver left the finite numbers and could not be brought back.
class DivergedError : public Error {
 public:
  explicit DivergedError(const std::string& message) : Error(ExitCode::not_converged, message) {}
};

/// Where in a text file something is wrong. Line and column are 1-based; 0 means unknown.
struct Place {
  std::string file;
  std::uint64_t line = 0;
  std::uint64_t column = 0;
};

/// Bad input. what() is "FILE:LINE:COLUMN: error: MESSAGE", with as many of the three as are known; excerpt()
/// is the start of the offending line, caret() the 0-based offset in it to point at.
class DataError : public Error {
 public:
  explicit DataError(const std::string& message) : Error(ExitCode::bad_data, message) {}
  DataError(Place place, const std::string& message, std::string excerpt = {}, std::size_t caret = 0);
  const Place& place() const { return place_; }
  const std::string& excerpt() const { return excerpt_; }
  std::size_t caret() const { return caret_; }

 private:
  Place place_;
  std::string excerpt_;
  std::size_t caret_ = 0;
};

}  // namespace sparselearn
