#include "sparselearn/base/closest.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace sparselearn;

TEST_CASE("closest: the nearest name, within a third of the word's length") {
  constexpr std::array<std::string_view, 5> names{"adam", "adagrad", "adadelta", "saga", "sag"};
  CHECK(closest("adam", names) == "adam");
  CHECK(closest("adem", names) == "adam");
  CHECK(closest("adma", names) == "adam");  // a swap is one edit
  CHECK(closest("adagard", names) == "adagrad");
  CHECK(closest("addelta", names) == "adadelta");
  CHECK(closest("sagga", names) == "saga");
  CHECK(closest("lbfgs", names).empty());
  CHECK(closest("ad", names).empty());  // two letters allow one edit, adam needs two
  CHECK(closest("", names).empty());
}

TEST_CASE("closest: ties go to the first candidate, no candidates give nothing") {
  constexpr std::array<std::string_view, 2> names{"beta1", "beta2"};
  CHECK(closest("beta", names) == "beta1");
  CHECK(closest("beta", {}).empty());
}
