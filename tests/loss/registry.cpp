#include <doctest/doctest.h>

#include <set>

#include "cases.hpp"
#include "sparselearn/base/error.hpp"

using namespace sparselearn;

TEST_CASE("losses.def: every line is complete, and names the loss that its factory makes") {
  std::set<std::string_view> names;
  for (const loss::Info& info : loss::all()) {
    CAPTURE(info.name);
    CHECK(names.insert(info.name).second);
    CHECK_FALSE(info.formula.empty());
    CHECK_FALSE(info.labels.empty());
    CHECK_FALSE(info.source.empty());
    const auto made = loss::make(info.name);
    CHECK(made->name() == info.name);
    CHECK_FALSE(made->sample_labels().empty());
    CHECK(loss::find(info.name) == &info);
  }
  CHECK(names.size() == 11);
  CHECK(loss::find("nothing") == nullptr);
}

TEST_CASE("an unknown loss is refused with the nearest name") {
  CHECK_THROWS_WITH_AS(loss::make("logistc"), "there is no loss 'logistc'; did you mean 'logistic'?",
                       UsageError);
  CHECK_THROWS_AS(loss::make("qqqqqqqq"), UsageError);
}

TEST_CASE("options out of range are refused, naming option and value") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto refuses = [](const char* name, const LossOptions& options) {
    CHECK_THROWS_AS(loss::make(name, options), UsageError);
  };
  for (const double bad : {-0.1, 0.0, nan, Loss::infinite}) {
    refuses("huber", {.huber_delta = bad});
    refuses("smoothed-hinge", {.hinge_smoothing = bad});
  }
  for (const double bad : {-0.1, 0.0, 1.0, nan}) refuses("quantile", {.quantile = bad});
  for (const double bad : {-0.1, 1.0, nan}) {
    refuses("logistic", {.label_smoothing = bad});
    refuses("softmax", {.label_smoothing = bad});
  }
  for (const double bad : {-0.1, nan, Loss::infinite}) refuses("absolute", {.epsilon_insensitive = bad});
  refuses("softmax", {.classes = 1});
  CHECK_THROWS_WITH(loss::make("quantile", {.quantile = 1.5}),
                    "--quantile must be between 0 and 1, both left out, not 1.5");
}
