// Caches whose checksums all hold and whose contents do not: none may lead out of the arrays.
#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <limits>

#include "cache_bytes.hpp"
#include "data/cache_format.hpp"
#include "sparselearn/base/error.hpp"
#include "temporary_file.hpp"

using namespace sparselearn;
using cache::Header;
using cache::StoredBlock;
using cache::Table;
using cache::Trailer;

namespace {

constexpr std::size_t first_block = sizeof(Header);

// The cache of two rows, taken apart to be changed and put together again with checksums that hold.
struct Parts {
  std::string header, blocks;
  Table table;

  Parts() {
    const TemporaryDirectory there;
    ReadReport report;
    Dataset data = read_dataset({there.file("x", "1 1:1 5:2\n-0.5 2:3\n")}, {}, report);
    const float weights[] = {1, 2};
    data.set_weights(weights);
    const std::string bytes = cache_bytes(data, report);
    Trailer trailer;
    std::memcpy(&trailer, bytes.data() + bytes.size() - sizeof trailer, sizeof trailer);
    header = bytes.substr(0, first_block);
    blocks = bytes.substr(first_block, trailer.table - first_block);
    Archive archive(bytes.substr(trailer.table, trailer.table_size));
    table.state(archive);
  }

  template <class T>
  void put(std::uint64_t at, T value) {
    std::memcpy(blocks.data() + at, &value, sizeof value);
  }

  std::string whole() {
    for (StoredBlock& block : table.blocks)
      if (fits(block, blocks.size())) block.checksum = cache::checksum_of(block, blocks);
    Archive archive;
    table.state(archive);
    Trailer trailer{first_block + blocks.size(), archive.bytes().size(), fast_checksum(archive.bytes()), 0};
    cache::seal(trailer);
    return header + blocks + archive.bytes() +
           std::string(reinterpret_cast<const char*>(&trailer), sizeof trailer);
  }
};

std::string failure(const std::function<void(Parts&)>& change) {
  const TemporaryDirectory there;
  Parts parts;
  change(parts);
  const std::string path = there.file("hostile", parts.whole());
  try {
    ReadReport report;
    read_dataset({path}, {}, report);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("hostile cache: put together again unchanged, it is read") {
  CHECK(failure([](Parts&) {}) == "");
}

TEST_CASE("hostile cache: arrays that no writer makes") {
  const auto at = cache::sections_of(Parts().table.blocks[0]);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto refuses = [&](const std::string& what, const std::function<void(Parts&)>& change) {
    const std::string message = failure(change);
    CAPTURE(message);
    CHECK(has(message, what));
    CHECK(has(message, "damaged at byte "));
  };
  refuses("do not ascend", [&](Parts& p) { p.put<std::uint32_t>(at.indices, 4); });
  refuses("do not ascend", [&](Parts& p) { p.put<std::uint32_t>(at.indices, 5); });
  refuses("beyond the features", [&](Parts& p) { p.put<std::uint32_t>(at.indices + 4, 5); });
  refuses("beyond the features", [&](Parts& p) { p.put<std::uint32_t>(at.indices + 8, UINT32_MAX); });
  refuses("a value is not finite", [&](Parts& p) { p.put(at.values + 4, nan); });
  refuses("do not add up", [&](Parts& p) { p.put<std::uint32_t>(at.lengths, 3); });
  refuses("do not add up", [&](Parts& p) { p.put<std::uint32_t>(at.lengths + 4, UINT32_MAX); });
  refuses("a label is not finite", [&](Parts& p) { p.put(at.labels, nan); });
  refuses("a weight is not finite", [&](Parts& p) { p.put(at.weights, nan); });
  refuses("a weight is negative", [&](Parts& p) { p.put(at.weights + 4, -1.0F); });
}

TEST_CASE("hostile cache: tables that no writer makes") {
  const auto refuses = [&](const std::function<void(Table&)>& change) {
    const std::string message = failure([&](Parts& p) { change(p.table); });
    CAPTURE(message);
    CHECK(has(message, "/hostile: error: the cache is damaged at byte "));
  };
  constexpr std::uint64_t huge = std::uint64_t{1} << 62;
  refuses([](Table& t) { t.blocks.clear(); });
  refuses([](Table& t) { t.blocks.push_back(t.blocks[0]); });
  refuses([](Table& t) { t.blocks[0].offset = 0; });
  refuses([](Table& t) { t.blocks[0].rows = 0; });
  refuses([](Table& t) { t.blocks[0].rows = huge; });
  refuses([](Table& t) { t.blocks[0].nonzeros = huge; });
  refuses([](Table& t) { t.blocks[0].nonzeros = UINT64_MAX; });
  refuses([](Table& t) { t.blocks[0].label_bytes = 2; });
  refuses([](Table& t) { t.blocks[0].has_values = 2; });
  refuses([](Table& t) { t.blocks[0].has_weights = 2; });
  refuses([](Table& t) { t.report.rows = 7; });
  refuses([](Table& t) { t.report.nonzeros = 7; });
  refuses([](Table& t) { t.report.features = 4; });
  refuses([](Table& t) { t.report.features = huge; });
  refuses([](Table& t) { t.report.first_skipped.assign(11, "x"); });
}

TEST_CASE("hostile cache: control characters of its messages do not come through") {
  const TemporaryDirectory there;
  Parts parts;
  parts.table.report.skipped = 1;
  parts.table.report.first_skipped = {"a\x1b[31mb"};
  const CacheInfo info = read_cache_info(there.file("x", parts.whole()));
  CHECK(info.report.first_skipped.at(0) == "a?[31mb");
}
