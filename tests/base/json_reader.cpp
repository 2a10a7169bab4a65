#include "sparselearn/base/json_reader.hpp"

#include <doctest/doctest.h>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/json.hpp"

using namespace sparselearn;

namespace {

const std::string path = "file";

std::string complaint(std::string_view text, void (*read)(JsonReader&)) {
  JsonReader json(path, text);
  try {
    read(json);
    json.end();
  } catch (const DataError& error) {
    return error.what();
  }
  return "it was accepted";
}

void read_string(JsonReader& json) { json.string(); }
void read_number(JsonReader& json) { json.number(); }

}  // namespace

TEST_CASE("JSON: strings come back as they were written") {
  std::string all;
  for (int c = 1; c < 128; ++c) all += static_cast<char>(c);
  all += "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\x87";
  JsonWriter writer;
  writer.value(all);
  JsonReader json(path, writer.text());
  CHECK(json.string() == all);
  json.end();
  JsonReader escaped(path, R"("\u00e4 \u20AC \uD83D\uDC07 \/\b\f\n\r\t")");
  CHECK(escaped.string() == "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\x87 /\b\f\n\r\t");
}

TEST_CASE("JSON: numbers as the grammar has them") {
  for (const char* good : {"0", "-0", "10", "1.5", "1e5", "1E+5", "-1.25e-5"}) {
    JsonReader json(path, good);
    CHECK(json.number() == good);
    json.end();
  }
  for (const char* bad : {"", "-", "01", "1.", ".5", "+1", "1e", "1e+", "nan", "0x1"}) {
    CAPTURE(bad);
    CHECK(complaint(bad, read_number) != "it was accepted");
  }
}

TEST_CASE("JSON: what is wrong is told with its place") {
  CHECK(complaint("  \n \"ab", read_string) == "file:2:5: error: the file ends within a string");
  CHECK(complaint("\"a\nb\"", read_string) == "file:1:3: error: expected no control character in a string");
  CHECK(complaint("\"\\x\"", read_string) == "file:1:2: error: expected an escape sequence");
  CHECK(complaint("\"\\u12g4\"", read_string) == "file:1:6: error: expected four hexadecimal digits");
  CHECK(complaint("12", read_string) == "file:1:1: error: expected a string");
  CHECK(complaint("", read_string) == "file:1:1: error: the file ends where a string should be");
  CHECK(complaint("\"a\" 1", read_string) == "file:1:5: error: expected the end of the file");
}

TEST_CASE("JSON: brackets without end do not exhaust the stack") {
  const auto read = [](JsonReader& json) {
    const std::function<void()> deeper = [&] { json.array(deeper); };
    json.array(deeper);
  };
  CHECK(complaint(std::string(1000, '['), read) == "file:1:101: error: brackets are nested too deeply");
}
