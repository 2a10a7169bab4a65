#include <cstring>

#include "data/cache_format.hpp"
#include "data/in_order.hpp"

namespace sparselearn {
namespace {

template <class T>
std::string_view bytes_of(const T& whole) {
  return {reinterpret_cast<const char*>(&whole), sizeof whole};
}

cache::Header sealed_header(std::uint32_t version) {
  cache::Header header;
  header.version = version;
  std::memcpy(header.magic, cache::magic.data(), sizeof header.magic);
  cache::seal(header);
  return header;
}

}  // namespace

void write_cache(const Dataset& data, const ReadReport& report, const CacheKey& key, const TextSink& sink) {
  cache::Table table{key, report, {}, data.label_lists() ? cache::lists_version : cache::format_version};
  table.report.rows = data.rows();
  table.report.nonzeros = data.nonzeros();
  table.report.features = data.features();
  table.report.index_base = data.index_base();
  sink(bytes_of(sealed_header(table.version)));
  std::uint64_t offset = sizeof(cache::Header);
  const auto encode = [&](std::uint64_t block) { return cache::encode(data.blocks()[block]); };
  in_order(data.blocks().size(), encode, [&](const cache::Encoded& encoded) {
    table.blocks.push_back(encoded.stored);
    table.blocks.back().offset = offset;
    offset += encoded.bytes.size();
    sink({encoded.bytes.data(), encoded.bytes.size()});
  });

  Archive archive;
  table.state(archive);
  cache::Trailer trailer{offset, archive.bytes().size(), fast_checksum(archive.bytes()), 0};
  cache::seal(trailer);
  sink(archive.bytes());
  sink(bytes_of(trailer));
}

}  // namespace sparselearn
