#include "cli/run_program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <thread>

#include "sparselearn/base/number.hpp"
#include "sparselearn/base/random.hpp"

extern char** environ;

namespace sparselearn::tests {

Running::Running(const TemporaryFolder& folder, const std::vector<std::string>& words,
                 const std::string& input)
    : out_path_(folder / "standard-output"), err_path_(folder / "standard-error") {
  const std::string in_path = folder / "standard-input";
  write_text(in_path, input);
  ::posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, in_path.c_str(), O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, out_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::posix_spawn_file_actions_addopen(&actions, 2, err_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::vector<char*> arguments{const_cast<char*>("sparselearn")};
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  REQUIRE(::posix_spawn(&process_, SPARSELEARN_PROGRAM, &actions, nullptr, arguments.data(), environ) == 0);
  ::posix_spawn_file_actions_destroy(&actions);
}

void Running::signal(int number) const { REQUIRE(::kill(process_, number) == 0); }

bool Running::wait_for(const std::string& text) const {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    if (has(read_text(err_path_), text)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

Outcome Running::wait() {
  int status = 0;
  struct rusage usage {};
  REQUIRE(::wait4(process_, &status, 0, &usage) == process_);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_text(out_path_),
          read_text(err_path_), static_cast<std::size_t>(usage.ru_maxrss) << 10};
}

Outcome run(const std::vector<std::string>& words, const std::string& input) {
  const TemporaryFolder folder;
  return Running(folder, words, input).wait();
}

void refused(const std::vector<std::string>& words, int status, const std::string& message) {
  const Outcome outcome = run(words);
  CAPTURE(outcome.err);
  CHECK(outcome.status == status);
  CHECK(has(outcome.err, message));
}

int shell(const std::string& command) {
  const int status = std::system(("bash -c '" + command + "'").c_str());
  return WEXITSTATUS(status);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string sample_data(std::size_t rows, std::size_t features, std::uint64_t seed) {
  Random random(seed);
  std::string text;
  for (std::size_t i = 0; i < rows; ++i) {
    std::string row;
    double score = random.uniform() - 0.5;  // noise
    for (std::size_t j = 1; j <= features; ++j) {
      if (random.below(3) != 0) continue;
      const double value = std::round(1000 * (random.uniform() - 0.3)) / 1000;
      score += value * (static_cast<double>(j % 5) - 2);
      row += ' ' + std::to_string(j) + ':' + to_text(value);
    }
    text += (score > 0 ? "+1" : "-1") + row + '\n';
  }
  return text;
}

}  // namespace sparselearn::tests
