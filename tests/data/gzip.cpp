// gzip input: members, padding, damage.
#include <doctest/doctest.h>

#include <string>

#include "data/read_pipeline.hpp"
#include "gzip_text.hpp"
#include "same_blocks.hpp"
#include "sparselearn/base/random.hpp"
#include "temporary_file.hpp"

using namespace sparselearn;
using namespace std::string_literals;

namespace {

std::string some_text(std::size_t rows, std::uint64_t seed = 3) {
  Random random(seed);
  std::string text;
  for (std::size_t r = 0; r < rows; ++r) {
    text += random.below(2) == 0 ? "-1" : "+1";
    std::uint64_t index = 0;
    for (std::uint64_t k = random.below(20); k > 0; --k)
      text += " " + std::to_string(index += 1 + random.below(100)) + ":" + std::to_string(random.below(1000));
    text += "\n";
  }
  return text;
}

/// Reads bytes from a file, or says what is wrong with them.
struct Reading {
  Dataset data;
  ReadReport report;
  std::string error;

  explicit Reading(const std::string& bytes, std::size_t chunk = std::size_t{1} << 20) {
    const TemporaryDirectory directory;
    const std::string path = directory.file("bytes", bytes);
    ChunkSizes sizes;
    sizes.chunk = chunk;
    try {
      data = read_dataset({path}, {}, report, {}, sizes);
    } catch (const DataError& failure) {
      error = failure.what();
      const std::string start = path + ":";
      CHECK(error.starts_with(start));
      error.erase(0, start.size());
    }
  }
};

/// One bgzip block: a member with its size in an extra field.
std::string bgzip_block(std::string_view text) {
  unsigned char extra[6] = {'B', 'C', 2, 0, 0, 0};
  gz_header header{};
  header.extra = extra;
  header.extra_len = sizeof extra;
  header.os = 255;
  std::string block = gzip(text, 6, &header);
  block[16] = static_cast<char>((block.size() - 1) & 0xFF);
  block[17] = static_cast<char>((block.size() - 1) >> 8);
  return block;
}

}  // namespace

TEST_CASE("gzip gives the blocks of the plain text, for any size of the pieces and of the members") {
  const std::string text = some_text(5000);
  for (const std::size_t chunk :
       {std::size_t{64}, std::size_t{1000}, std::size_t{65'536}, std::size_t{1} << 20}) {
    CAPTURE(chunk);
    const Reading plain(text, chunk);
    REQUIRE(plain.error == "");
    for (const int level : {0, 1, 9}) CHECK(same_blocks(Reading(gzip(text, level), chunk).data, plain.data));
    std::string members, blocks;
    for (std::size_t at = 0; at < text.size(); at += 9'973)
      members += gzip(text.substr(at, 9'973)) + gzip("");
    CHECK(same_blocks(Reading(members, chunk).data, plain.data));
    for (std::size_t at = 0; at < text.size(); at += 0xff00) blocks += bgzip_block(text.substr(at, 0xff00));
    CHECK(same_blocks(Reading(blocks + bgzip_block(""), chunk).data, plain.data));
  }
}

TEST_CASE("gzip headers may carry a name, a comment, extra bytes and a checksum of their own") {
  const std::string text = some_text(20);
  std::string name = "train.svm", comment = "a comment", extra = "some bytes";
  gz_header header{};
  header.name = reinterpret_cast<Bytef*>(name.data());
  header.comment = reinterpret_cast<Bytef*>(comment.data());
  header.extra = reinterpret_cast<Bytef*>(extra.data());
  header.extra_len = static_cast<uInt>(extra.size());
  header.hcrc = 1;
  const Reading reading(gzip(text, 6, &header));
  CHECK(reading.error == "");
  CHECK(same_blocks(reading.data, Reading(text).data));
}

TEST_CASE("bytes behind the last member: zeros are padding, anything else is damage") {
  const std::string text = some_text(100), packed = gzip(text);
  const Reading plain(text);
  CHECK(same_blocks(Reading(packed + std::string(1, '\0')).data, plain.data));
  CHECK(same_blocks(Reading(packed + std::string(1'000'000, '\0')).data, plain.data));
  const std::string at = " error: damaged gzip data at byte ";
  CHECK(Reading(packed + "x").error == at + std::to_string(packed.size()) + ": trailing garbage");
  CHECK(Reading(packed + std::string(700'000, '\0') + "x").error ==
        at + std::to_string(packed.size() + 700'000) + ": trailing garbage");
  CHECK(Reading(packed + std::string(3, '\0') + packed).error ==
        at + std::to_string(packed.size() + 3) + ": trailing garbage");
}

TEST_CASE("a gzip cut short anywhere is an error that says where") {
  const std::string packed = gzip(some_text(40)) + gzip(some_text(3));
  const std::size_t first = gzip(some_text(40)).size();
  for (std::size_t size = 2; size < packed.size(); ++size) {
    if (size == first) continue;  // a whole member
    CAPTURE(size);
    CHECK(Reading(packed.substr(0, size)).error ==
          " error: damaged gzip data at byte " + std::to_string(size) + ": truncated");
  }
  CHECK(Reading(packed.substr(0, 1)).error.starts_with("1:1: error: expected a number as label"));
  CHECK(Reading(packed.substr(0, first)).error == "");
}

TEST_CASE(
    "a flipped bit is an error or harmless (a header field, an equally good match), but never other rows") {
  const std::string text = some_text(30), packed = gzip(text);
  const Reading plain(text);
  int errors = 0;
  for (std::size_t bit = 16; bit < 8 * packed.size(); ++bit) {
    std::string damaged = packed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    CAPTURE(bit);
    const Reading reading(damaged);
    errors += reading.error != "";
    if (reading.error == "") CHECK(same_blocks(reading.data, plain.data));
  }
  CHECK(errors > 8 * static_cast<int>(packed.size() - 20));
}

TEST_CASE("a bad line before the damage is named first") {
  const std::string packed = gzip("1 1:1\nbad\n" + some_text(2000));
  CHECK(Reading(packed.substr(0, packed.size() - 5)).error ==
        "2:1: error: expected a number as label, found 'bad'");
}

TEST_CASE("the report counts compressed and text bytes") {
  const std::string text = some_text(500), packed = gzip(text);
  const Reading reading(packed);
  CHECK(reading.report.bytes == text.size());
  CHECK(reading.report.compressed_bytes == packed.size());
  CHECK(reading.report.lines == 500);
  CHECK(reading.report.rows == 500);
}
