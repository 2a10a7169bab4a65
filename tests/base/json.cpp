#include "sparselearn/base/json.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

using namespace sparselearn;

TEST_CASE("JsonWriter: objects, arrays, every kind of value") {
  JsonWriter json;
  json.begin_object()
      .member("name", "a \"b\"\\\n\x01")
      .member("rows", std::uint64_t{1} << 60)
      .member("l2", 0.1);
  json.member("flag", true).member("gap", std::nan("")).key("none").null();
  json.key("empty").begin_array().end_array().key("list").begin_array().value(1).value(-2.5).end_array();
  json.end_object();
  CHECK(json.text() == R"({
  "name": "a \"b\"\\\u000a\u0001",
  "rows": 1152921504606846976,
  "l2": 0.1,
  "flag": true,
  "gap": null,
  "none": null,
  "empty": [],
  "list": [
    1,
    -2.5
  ]
}
)");
}
