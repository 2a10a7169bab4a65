// Another program, run without a shell: its words go to it as they are.
#pragma once
#include <string>
#include <vector>

#include "sparselearn/base/error.hpp"

namespace sparselearn {

struct ProgramResult {
  int status = 0;  // exit code; 128 + signal when it was killed
  std::string out, err;
};

/// The program is not installed.
class MissingProgram : public IoError {
 public:
  explicit MissingProgram(const std::string& message) : IoError(message) {}
};

/// Runs words[0], looked up in PATH, with `input` on its standard input, and waits for its end. Throws
/// MissingProgram where there is none, IoError when it can not be started.
ProgramResult run_program(const std::vector<std::string>& words, const std::string& input);

}  // namespace sparselearn
