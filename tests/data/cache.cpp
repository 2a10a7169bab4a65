// The cache gives back what the text gave, in every array, and finds every damage.
#include "sparselearn/data/cache.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "cache_bytes.hpp"
#include "data/cache_format.hpp"
#include "data/read_files.hpp"
#include "same_blocks.hpp"
#include "sparselearn/base/error.hpp"
#include "temporary_file.hpp"

using namespace sparselearn;

namespace {

using IndexBase = ReadOptions::IndexBase;

// A text, its cache, and both of them read in pieces of a few lines.
struct TextAndCache : TemporaryDirectory {
  std::string text, cache;
  ReadReport report;
  Dataset data;

  explicit TextAndCache(const std::string& lines, const ReadOptions& options = {}, std::size_t piece = 64)
      : text(file("text.svm", lines)) {
    data = read_dataset({text}, options, report, {}, ChunkSizes{piece});
    cache = file("text.slc", cache_bytes(data, report));
  }
};

Dataset read_back(const std::string& path, ReadReport& report, const ReadOptions& options = {}) {
  return read_dataset({path}, options, report);
}

std::string failure(const std::string& path, const ReadOptions& options = {}) {
  try {
    ReadReport report;
    read_back(path, report, options);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string many_rows(int rows) {
  std::string text;
  for (int r = 0; r < rows; ++r) {
    text += std::to_string(r % 3 - 1);
    for (int k = 1; k <= r % 7; ++k)
      text += " " + std::to_string(k * (r + 1)) + ":" + std::to_string(0.25 * k);
    text += "\n";
  }
  return text;
}

const std::string texts[] = {
    "1 1:1\n",
    "1\n-1\n0\n",                                       // no nonzeros at all
    "1 1:1 5:1\n\n-1\n1 2:1 3:1\n-1 4:1\n",             // all ones, an empty row and an empty line
    "+1 1:0.5 2:1e-30\n-1 7:-3.25\n",                   // signs and exponents
    "0.1 1:1\n-0 2:1\n1e300 3:1\n127 4:1\n-129 5:1\n",  // labels of every width, -0 among them
    "1 4294967295:2\n-1 1:1 4294967294:3\n",            // the largest indices
    "3 qid:4 1:2 # comment\n2 qid:4 2:2\n",
    "1 0:1 3:2\n-1 2:4\n",  // counts from 0
    "1 1:0 9:0\n-1 1:1\n",  // zeros, which are not stored, but make features
    many_rows(300),
};

}  // namespace

TEST_CASE("cache: gives back what the text gave") {
  for (const std::string& lines : texts) {
    CAPTURE(lines.substr(0, 80));
    const TextAndCache there(lines);
    ReadReport report;
    CHECK(same_blocks(read_back(there.cache, report), there.data));
    CHECK(report.bytes == there.report.bytes);
    CHECK(report.lines == there.report.lines);
    CHECK(report.rows == there.report.rows);
    CHECK(report.nonzeros == there.report.nonzeros);
    CHECK(report.features == there.report.features);
    CHECK(report.index_base == there.report.index_base);
    CHECK(report.saw_qid == there.report.saw_qid);
    CHECK(report.compressed_bytes == std::filesystem::file_size(there.cache));
  }
}

TEST_CASE("cache: gives back what real data gave") {
  for (const char* name : {"cpusmall", "news20.t", "reuters", "url_Day0.first1000", "w8a"}) {
    const std::string path = std::string(SPARSELEARN_REAL_DATA) + "/" + name + ".gz";
    CAPTURE(path);
    if (!std::filesystem::exists(path)) {
      MESSAGE("skipped, not on this machine: " << path);
      continue;
    }
    const TemporaryDirectory there;
    ReadReport report;
    const Dataset data = read_dataset({path}, {}, report);
    CHECK(same_blocks(read_back(there.file("cache", cache_bytes(data, report)), report), data));
  }
}

TEST_CASE("cache: the stored bits of labels come back, -0 as well") {
  const TextAndCache there("-0 1:1\n0 1:1\n3e5 1:1\n");
  ReadReport report;
  const Dataset data = read_back(there.cache, report);
  CHECK(std::signbit(data.label(data.place(0))));
  CHECK_FALSE(std::signbit(data.label(data.place(1))));
}

TEST_CASE("cache: with every index base, what the text gives with it, or its refusal") {
  for (const std::string lines : {"1 1:1 3:2\n-1 2:4\n", "1 0:1 3:2\n-1 2:4\n", "1\n-1\n"}) {
    const TextAndCache there(lines);
    for (const IndexBase base : {IndexBase::automatic, IndexBase::zero, IndexBase::one}) {
      CAPTURE(lines);
      CAPTURE(static_cast<int>(base));
      ReadOptions options;
      options.index_base = base;
      CHECK((failure(there.text, options) == "") == (failure(there.cache, options) == ""));
      if (failure(there.text, options) != "") continue;
      ReadReport report;
      const Dataset from_text = read_back(there.text, report, options);
      CHECK(same_blocks(read_back(there.cache, report, options), from_text));
    }
  }
}

TEST_CASE("cache: among other files, in their order") {
  const TextAndCache one("1 1:1\n-1 3:1\n"), zero("1 0:1 2:1\n-1 1:2\n");
  const std::vector<std::string> texts_alone{one.text, zero.text, one.text};
  ReadReport report;
  const Dataset expected = read_dataset(texts_alone, {}, report);
  const std::uint64_t lines = report.lines;
  for (const auto& files : {std::vector{one.cache, zero.text, one.text},
                            {one.text, zero.cache, one.cache},
                            {one.cache, zero.cache, one.cache},
                            {one.text, zero.cache, one.text}}) {
    CHECK(same_blocks(read_dataset(files, {}, report), expected));
    CHECK(report.lines == lines);
    CHECK(report.rows == 6);
  }
}

TEST_CASE("cache: a stream of it, whose base is known") {
  const TextAndCache there("1 0:1 2:1\n-1 1:2\n");
  Dataset streamed;
  ReadReport report;
  read_stream({there.cache}, {}, report, [&](RowBlock&& block) { streamed.append(std::move(block)); });
  CHECK(report.index_base == 0);
  CHECK(same_rows(streamed, [&] {
    Dataset data = there.data;
    data.set_index_base(1);  // nothing sets it in a data set made by hand
    return data;
  }()));
}

TEST_CASE("cache: skipped lines are told again") {
  ReadOptions options;
  options.skip_bad_lines = true;
  const TextAndCache there("1 1:1\nbad\n-1 2:2\n1 x\n", options);
  ReadReport report;
  read_back(there.cache, report);
  CHECK(report.skipped == 2);
  CHECK(report.first_skipped == there.report.first_skipped);
}

TEST_CASE("cache: row weights") {
  TextAndCache there(many_rows(40));
  std::vector<float> weights(there.data.rows());
  for (std::size_t r = 0; r < weights.size(); ++r) weights[r] = 0.5F * static_cast<float>(r);
  there.data.set_weights(weights);
  const std::string path = there.file("weighted.slc", cache_bytes(there.data, there.report));
  ReadReport report;
  const Dataset data = read_back(path, report);
  CHECK(same_blocks(data, there.data));
  CHECK(data.total_weight() == there.data.total_weight());
}

TEST_CASE("cache: no index beyond the largest allowed") {
  const TextAndCache there("1 7:1\n");
  ReadOptions options;
  options.max_index = 5;
  CHECK(has(failure(there.cache, options), "text.slc: error: index 7 is beyond 6"));
  options.max_index = 6;
  CHECK(failure(there.cache, options) == "");
}

TEST_CASE("cache: every bit that flips is found") {
  ReadOptions options;
  options.skip_bad_lines = true;
  const TextAndCache there("1 1:1 5:2\nbad\n-0.5 2:3\n", options);
  const std::string bytes = cache_bytes(there.data, there.report);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    const std::string message = failure(there.file("flipped", flipped));
    CAPTURE(bit);
    CHECK(has(message, "/flipped:"));
    const bool in_magic = bit / 8 < cache::magic.size();  // then it is text, and bad text
    CHECK((in_magic || has(message, "byte ")));
  }
}

TEST_CASE("cache: of several damages the first in the file is told, on any number of threads") {
  const TextAndCache there(many_rows(3000));
  REQUIRE(there.data.blocks().size() > 100);
  std::string bytes = cache_bytes(there.data, there.report);
  for (std::size_t at = 200; at < bytes.size() / 2; at += 100) bytes[at] = static_cast<char>(bytes[at] ^ 1);
  const std::string path = there.file("damaged", bytes);
  const std::string first = failure(path);
  CHECK(has(first, "damaged at byte "));
  for (int k = 0; k < 20; ++k) CHECK(failure(path) == first);
}

TEST_CASE("cache: cut short or grown anywhere") {
  const TextAndCache there("1 1:1 5:2\n-0.5 2:3\n");
  const std::string bytes = cache_bytes(there.data, there.report);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK(failure(there.file("cut", std::string_view(bytes).substr(0, size))) != "");
  CHECK(has(failure(there.file("cut", bytes + '\0')), "/cut: error: the cache is damaged at byte "));
}

TEST_CASE("cache: another version is told apart from damage") {
  const TextAndCache there("1 1:1\n");
  std::string bytes = cache_bytes(there.data, there.report);
  bytes[8] = 3;
  CHECK(has(failure(there.file("later", bytes)),
            "the cache has format version 3 (byte 8); this program reads versions 1 and 2"));
}

TEST_CASE("cache: the key of a source changes with all it depends on") {
  const TemporaryDirectory there;
  const std::string path = there.file("x", "1 1:1\n");
  const CacheKey key = cache_key(path, {});
  CHECK(key == cache_key(path, {}));
  ReadOptions options;
  options.unsorted = true;
  CHECK_FALSE(key == cache_key(path, options));
  options = {};
  options.skip_bad_lines = true;
  CHECK_FALSE(key == cache_key(path, options));
  options = {};
  options.max_index = 7;
  CHECK_FALSE(key == cache_key(path, options));
  options = {};
  options.index_base = IndexBase::one;
  CHECK_FALSE(key == cache_key(path, options));
  const auto time = std::filesystem::last_write_time(path);
  std::filesystem::last_write_time(path, time + std::chrono::nanoseconds(1000));
  CHECK_FALSE(key == cache_key(path, {}));
  std::filesystem::last_write_time(path, time);
  CHECK(key == cache_key(path, {}));
  there.file("x", "1 1:12\n");
  std::filesystem::last_write_time(path, time);
  CHECK_FALSE(key == cache_key(path, {}));
}
