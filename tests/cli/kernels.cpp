// The whole program with every form of the kernels that the processor has: the same model, trace and scores
// to the bit.
#include "sparselearn/engine/kernels.hpp"

#include <doctest/doctest.h>

#include "cli/environment.hpp"
#include "cli/run_program.hpp"
#include "cli/trace_text.hpp"
#include "sparselearn/solver/solver.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

using Words = std::vector<std::string>;

Outcome train(const TemporaryFolder& folder, const Words& options, const char* kernels) {
  const Environment environment{{"SPARSELEARN_KERNELS", kernels}};
  Words words{"train", "-q", "--tol", "0", "-e", "2", "-m", folder / "m", "--trace", folder / "t"};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(folder / "data");
  return run(words);
}

std::string written(const TemporaryFolder& folder) {
  return read_text(folder / "m") + without_times(read_text(folder / "t"));
}

}  // namespace

TEST_CASE("kernels: every form gives the same model and trace to the bit, with every solver") {
  const TemporaryFolder folder;
  write_text(folder / "data", sample_data(300, 60));
  std::vector<Words> runs{{"--loss", "softmax", "-s", "lbfgs"}, {"--loss", "softmax", "-s", "saga"}};
  for (const solver::Info& info : solver::all()) runs.push_back({"-s", std::string(info.name)});
  for (Words& options : runs) {
    CAPTURE(options[1]);
    int status = train(folder, options, "scalar").status;
    if (status == 2) {  // not for one score a row
      options.insert(options.end(), {"--loss", "softmax"});
      status = train(folder, options, "scalar").status;
    }
    REQUIRE(status == 0);
    const std::string plain = written(folder);
    for (const Kernels& form : available_kernels()) {
      CAPTURE(std::string(form.name));
      if (std::string(form.name) == "scalar") continue;
      CHECK(train(folder, options, form.name).status == 0);
      CHECK((written(folder) == plain));
    }
  }
}
