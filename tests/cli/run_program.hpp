// Runs the built executable and catches what it writes and how it ends.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "temporary_folder.hpp"

namespace sparselearn::tests {

struct Outcome {
  int status = -1;  // exit code; 128 + signal when killed
  std::string out, err;
  std::size_t memory = 0;  // bytes held at most
};

/// A running program; standard output and error go to files in `folder`.
class Running {
 public:
  Running(const TemporaryFolder& folder, const std::vector<std::string>& words,
          const std::string& input = "");
  void signal(int number) const;
  /// Waits until standard error holds `text`; false after ten seconds or when the program ended without it.
  bool wait_for(const std::string& text) const;
  Outcome wait();

 private:
  std::string out_path_, err_path_;
  ::pid_t process_ = -1;
};

/// Runs `sparselearn words...` to its end, with `input` on standard input.
Outcome run(const std::vector<std::string>& words, const std::string& input = "");

/// Checks that `sparselearn words...` ends with the exit code `status` and a message that contains `message`.
void refused(const std::vector<std::string>& words, int status, const std::string& message);

/// Runs a command of bash, without single quotes in it; its exit status.
int shell(const std::string& command);

/// True when `text` contains `part`, for CHECKs that shall show the text.
bool has(const std::string& text, const std::string& part);

/// Rows of two labels that no hyperplane through 0 separates; `rows` of them, `features` features, the same
/// for every call.
std::string sample_data(std::size_t rows, std::size_t features = 20, std::uint64_t seed = 1);

}  // namespace sparselearn::tests
