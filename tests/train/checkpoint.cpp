// The checkpoint's file: what was written is read, any damage is found, other runs are refused by name.
#include "sparselearn/train/checkpoint.hpp"

#include <doctest/doctest.h>

#include "sparselearn/base/checksum.hpp"
#include "sparselearn/base/error.hpp"
#include "support/random_rows.hpp"
#include "temporary_folder.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

Checkpoint some_checkpoint() {
  return {{{"--l1", "0.5"}, {"--intercept", "not given"}},
          {{"the data", "3 rows"}},
          {"the first run", std::string("\0\1\2", 3), ""}};
}

std::string message_of(const std::string& path) {
  try {
    read_checkpoint(path);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("checkpoint: reads back what was written, and replaces what was there") {
  const TemporaryFolder folder;
  const std::string path = folder / "c";
  write_text(path, "older");
  const Checkpoint written = some_checkpoint();
  write_checkpoint(written, path);
  const Checkpoint read = read_checkpoint(path);
  require_same(read.options, written.options, path);
  require_same(read.inputs, written.inputs, path);
  CHECK(read.options.size() == 2);
  CHECK(read.inputs.size() == 1);
  CHECK(read.runs == written.runs);
  CHECK(folder.entries() == 1);
  CHECK_THROWS_AS(read_checkpoint(folder / "none"), IoError);
}

TEST_CASE("checkpoint: any byte changed, any byte too few or too many is found, with file and offset") {
  const TemporaryFolder folder;
  const std::string path = folder / "c";
  write_checkpoint(some_checkpoint(), path);
  const std::string good = read_text(path);
  const std::string start = path + ": error: the checkpoint ";
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const int bit : {0, 3, 7}) {
      CAPTURE(at);
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      write_text(path, bad);
      const std::string message = message_of(path);
      CAPTURE(message);
      CHECK(message.starts_with(start));
      CHECK(message.find("at byte ") != std::string::npos);
    }
  for (std::size_t size = 0; size < good.size(); ++size) {
    write_text(path, good.substr(0, size));
    CHECK(message_of(path).starts_with(start + "is damaged at byte " + std::to_string(size)));
  }
  write_text(path, good + "x");
  CHECK(message_of(path).starts_with(start + "is damaged at byte "));
}

TEST_CASE("checkpoint: another format or another version of the program is named") {
  const TemporaryFolder folder;
  const std::string path = folder / "c";
  write_checkpoint(some_checkpoint(), path);
  const std::string good = read_text(path);
  std::string other = good;
  other[8] = 9;
  write_text(path, other);
  CHECK(message_of(path).find("has format version 9 at byte 8; this program reads version 1") !=
        std::string::npos);
  other = good;  // 24 bytes of prefix, 8 of the text's length
  other[32] = '7';
  const std::uint64_t sum = checksum(std::string_view(other).substr(0, other.size() - 8));
  for (std::size_t k = 0; k < 8; ++k) other[other.size() - 8 + k] = static_cast<char>(sum >> (8 * k) & 255);
  write_text(path, other);
  CHECK(message_of(path).find("was written by sparselearn 7") != std::string::npos);
}

TEST_CASE("checkpoint: what differs is named, with both values") {
  const std::vector<Setting> then{{"--l1", "0.5"}, {"--l2", "auto"}};
  require_same(then, then, "c");
  std::vector<Setting> now = then;
  now[1].value = "1";
  CHECK_THROWS_WITH_AS(
      require_same(then, now, "c"),
      "the checkpoint c is of another run: --l2 was auto there and is 1 here; give what that "
      "run was given, or start anew without --resume",
      UsageError);
  now = then;
  now.pop_back();
  CHECK_THROWS_AS(require_same(then, now, "c"), UsageError);
  CHECK_THROWS_AS(require_same(now, then, "c"), UsageError);
}

TEST_CASE("checkpoint: the checksum of a data set tells rows, labels, weights and blocks apart") {
  RandomRows shape;
  shape.weighted = true;
  const std::uint64_t sum = checksum(random_rows(shape));
  CHECK(checksum(random_rows(shape)) == sum);
  shape.rows_a_block = 41;
  CHECK(checksum(random_rows(shape)) != sum);
  shape = {};
  shape.weighted = true;
  Dataset data = random_rows(shape);
  data.map_labels([](double label) { return -label; });
  CHECK(checksum(data) != sum);
  data.map_labels([](double label) { return -label; });
  CHECK(checksum(data) == sum);
  data.scale_weights([](double) { return 2; });
  CHECK(checksum(data) != sum);
  shape.seed = 6;
  CHECK(checksum(random_rows(shape)) != sum);
}
