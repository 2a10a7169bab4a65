#include "look_alike.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "memory.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/data/generate.hpp"
#include "sparselearn/train/used_features.hpp"

namespace sparselearn::bench {
namespace {

/// The value of --name=VALUE, which leaves the arguments, or `otherwise`.
std::string taken(int& count, char** arguments, std::string_view name, std::string otherwise) {
  int kept = 0;
  for (int k = 0; k < count; ++k) {
    const std::string_view argument = arguments[k];
    if (argument.starts_with(name))
      otherwise = argument.substr(name.size());
    else
      arguments[kept++] = arguments[k];
  }
  count = kept;
  return otherwise;
}

std::string description(const std::string& name, const Dataset& data) {
  return name + "-like, " + std::to_string(data.rows()) + " rows, " + std::to_string(data.features()) +
         " features, " + std::to_string(data.nonzeros()) + " nonzeros, " +
         std::to_string(static_cast<long>(bytes_of_arrays(data) * 1e-6)) + " MB of arrays";
}

}  // namespace

LookAlike::LookAlike(int& count, char** arguments) {
  const std::string name = taken(count, arguments, "--like=", "rcv1");
  const auto scale = parse_double(taken(count, arguments, "--scale=", "8"));
  if (!scale) throw UsageError("--scale takes a number");
  data_ = generated(shaped_like(name, *scale));
  const UsedFeatures used(data_);  // as `train` does
  loss_ = loss::make("logistic");
  problem_ = std::make_unique<Problem>(data_, *loss_, Penalty{.l2 = 1 / static_cast<double>(data_.rows())});
  benchmark::AddCustomContext("data", description(name, data_));
}

int run(int count, char** arguments, void (*enrol)(const LookAlike&)) try {
  const LookAlike rows(count, arguments);
  enrol(rows);
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s: %s\n", arguments[0], error.what());
  return 1;
}

}  // namespace sparselearn::bench
