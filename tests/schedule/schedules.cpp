#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include "sparselearn/base/error.hpp"
#include "sparselearn/schedule/schedule.hpp"

using namespace sparselearn;

namespace {

constexpr double pi = 3.14159265358979323846;
const std::vector<std::uint64_t> counters{0,   1,   2,   9,    10,   99,   100,    101,
                                          499, 500, 999, 1000, 1001, 1500, 100000, 1ULL << 60};

// Compares schedule `name` with a formula for every counter.
template <class Formula>
void check(const char* name, const ScheduleOptions& options, const Formula& formula) {
  const auto schedule = schedule::make(name, options);
  for (const std::uint64_t k : counters) {
    CAPTURE(name);
    CAPTURE(k);
    CHECK(schedule->at(k) == doctest::Approx(formula(static_cast<double>(k))).epsilon(1e-12));
  }
}

ScheduleOptions full_options() {
  ScheduleOptions options;
  options.step = 0.3;
  options.final_step = 0.01;
  options.horizon = 1000;
  options.updates_per_epoch = 100;
  return options;
}

}  // namespace

TEST_CASE("schedules follow their formulas") {
  ScheduleOptions o = full_options();
  check("constant", o, [](double) { return 0.3; });
  check("linear", o, [](double k) { return k < 1000 ? (1 - k / 1000) * 0.3 + k / 1000 * 0.01 : 0.01; });
  check("cosine", o,
        [](double k) { return k < 1000 ? 0.01 + 0.29 * (1 + std::cos(pi * k / 1000)) / 2 : 0.01; });
  check("horizon", o, [](double) { return 0.3 / std::sqrt(1000.0); });
  o.decay = 40;
  check("inverse", o, [](double k) { return 0.3 / (1 + k / 40); });
  check("inverse-sqrt", o, [](double k) { return 0.3 / std::sqrt(1 + k / 40); });
  o.decay = 0.8;
  check("exponential", o, [](double k) { return 0.3 * std::pow(0.8, k / 100); });
  o.drop_every = 250;
  check("drop", o, [](double k) { return 0.3 * std::pow(0.8, std::floor(k / 250)); });
}

TEST_CASE("schedules have the documented defaults") {
  const ScheduleOptions o = full_options();
  check("inverse", o, [](double k) { return 0.3 / (1 + k / 100); });
  check("inverse-sqrt", o, [](double k) { return 0.3 / std::sqrt(1 + k / 100); });
  check("exponential", o, [](double k) { return 0.3 * std::pow(0.95, k / 100); });
  check("drop", o, [](double k) { return 0.3 * std::pow(0.5, std::floor(k / 1000)); });
}

TEST_CASE("cosine: every step of a cycle, to rounding") {
  ScheduleOptions o = full_options();
  o.step = 1;
  o.final_step = 0;
  const auto cosine = schedule::make("cosine", o);
  for (std::uint64_t k = 0; k <= 1000; ++k)
    CHECK(std::abs(cosine->at(k) - (1 + std::cos(pi * static_cast<double>(k) / 1000)) / 2) <= 4e-16);
}

TEST_CASE("every schedule: starts at its step, never rises, stays finite and non-negative") {
  std::set<std::string_view> names;
  for (const schedule::Info& info : schedule::all()) {
    CAPTURE(info.name);
    CHECK(names.insert(info.name).second);
    CHECK_FALSE(info.formula.empty());
    CHECK(schedule::find(info.name) == &info);
    const auto schedule = schedule::make(info.name, full_options());
    if (info.name != "horizon") CHECK(schedule->at(0) == 0.3);
    double before = schedule->at(0);
    for (std::uint64_t k = 1; k < 3000; ++k) {
      const double now = schedule->at(k);
      CHECK(now <= before);
      CHECK(now >= 0);
      before = now;
    }
    CHECK(schedule->at(std::numeric_limits<std::uint64_t>::max()) <= before);
    CHECK(schedule->at(std::numeric_limits<std::uint64_t>::max()) >= 0);
  }
  CHECK(names.size() == 8);
}

TEST_CASE("schedule options out of range and unknown names are refused") {
  CHECK_THROWS_WITH_AS(schedule::make("cosin", {}), "there is no schedule 'cosin'; did you mean 'cosine'?",
                       UsageError);
  CHECK(schedule::find("cosin") == nullptr);
  const double nan = std::numeric_limits<double>::quiet_NaN(),
               infinity = std::numeric_limits<double>::infinity();
  for (const schedule::Info& info : schedule::all())
    for (const double bad : {0.0, -1.0, nan, infinity}) {
      ScheduleOptions o = full_options();
      o.step = bad;
      CHECK_THROWS_AS(schedule::make(info.name, o), UsageError);
    }
  for (const double bad : {0.0, -1.0, nan, infinity}) {
    ScheduleOptions o = full_options();
    o.horizon = bad;
    for (const char* name : {"linear", "cosine", "horizon"})
      CHECK_THROWS_AS(schedule::make(name, o), UsageError);
  }
  for (const double bad : {-1.0, nan, infinity}) {
    ScheduleOptions o = full_options();
    o.decay = bad;
    for (const char* name : {"inverse", "inverse-sqrt", "exponential", "drop"})
      CHECK_THROWS_AS(schedule::make(name, o), UsageError);
    o = full_options();
    o.drop_every = bad;
    CHECK_THROWS_AS(schedule::make("drop", o), UsageError);
    o = full_options();
    o.final_step = bad;
    for (const char* name : {"linear", "cosine"}) CHECK_THROWS_AS(schedule::make(name, o), UsageError);
  }
  ScheduleOptions o = full_options();
  o.decay = 1.5;
  for (const char* name : {"exponential", "drop"}) CHECK_THROWS_AS(schedule::make(name, o), UsageError);
}
