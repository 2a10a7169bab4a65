// One body for the fuzzer and the unit tests: bytes read as a cache are refused, or give rows that hold
// together and come back from a cache of their own.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <span>
#include <string>

#include "cache_bytes.hpp"
#include "data/cache_format.hpp"
#include "same_blocks.hpp"
#include "sparselearn/base/error.hpp"
#include "support/memory_file.hpp"

/// Whether they are, or say they are, a cache of rows with lists of labels.
inline bool has_lists(const std::string& bytes) {
  return bytes.size() > 8 && static_cast<std::uint8_t>(bytes[8]) == sparselearn::cache::lists_version;
}

/// The bytes with a header and checksums that hold, as far as a table can be made out: else no fuzzer would
/// get past them.
inline std::string resealed(std::string bytes) {
  namespace cache = sparselearn::cache;
  using sparselearn::Archive;
  cache::Header header;
  cache::Trailer trailer;
  if (bytes.size() < sizeof header + sizeof trailer) return bytes;
  if (has_lists(bytes)) header.version = cache::lists_version;
  std::memcpy(header.magic, cache::magic.data(), sizeof header.magic);
  cache::seal(header);
  std::memcpy(bytes.data(), &header, sizeof header);

  const std::size_t end = bytes.size() - sizeof trailer;
  std::memcpy(&trailer, bytes.data() + end, sizeof trailer);
  trailer.table = sizeof header + (trailer.table - sizeof header) % (end - sizeof header + 1);
  trailer.table_size = end - trailer.table;
  cache::Table table;
  table.version = header.version;
  Archive archive(bytes.substr(trailer.table, trailer.table_size));
  try {
    table.state(archive);
    for (cache::StoredBlock& block : table.blocks)
      if (block.offset <= end && fits(block, end - block.offset))
        block.checksum = cache::checksum_of(
            block, std::string_view(bytes).substr(block.offset, cache::sections_of(block).end));
    Archive saved;
    table.state(saved);
    if (saved.bytes().size() <= trailer.table_size)
      std::memcpy(bytes.data() + trailer.table, saved.bytes().data(), saved.bytes().size());
  } catch (const sparselearn::DataError&) {  // no table: let the reader say so
  }
  trailer.table_checksum =
      sparselearn::fast_checksum(std::string_view(bytes).substr(trailer.table, trailer.table_size));
  cache::seal(trailer);
  std::memcpy(bytes.data() + end, &trailer, sizeof trailer);
  return bytes;
}

/// Finite numbers that ascend.
inline bool is_set(std::span<const double> labels) {
  return std::adjacent_find(labels.begin(), labels.end(), std::greater_equal<>()) == labels.end() &&
         std::all_of(labels.begin(), labels.end(), [](double label) { return std::isfinite(label); });
}

/// What is wrong with rows that were read, "" for nothing.
inline std::string fault(const sparselearn::Dataset& data) {
  for (const sparselearn::RowBlock& block : data.blocks()) {
    if (block.offsets.size() != block.rows() + 1 || block.offsets.back() != block.nonzeros())
      return "offsets";
    if (!block.values.empty() && block.values.size() != block.nonzeros()) return "values";
    if (!block.weights.empty() && block.weights.size() != block.rows()) return "weights";
    if (!block.lists.empty() && block.lists.offsets.size() != block.rows() + 1) return "lists";
    for (std::size_t r = 0; r < block.rows(); ++r) {
      if (!block.lists.empty() && !is_set(block.lists.row(r))) return "list of labels";
      if (block.offsets[r] > block.offsets[r + 1]) return "offsets descend";
      if (!std::isfinite(block.labels[r]) || !(block.weight(r) >= 0)) return "label or weight";
      const sparselearn::RowView row = block.row(r);
      for (std::size_t k = 0; k < row.size; ++k) {
        if (row.index[k] >= data.features()) return "index beyond the features";
        if (k > 0 && row.index[k] <= row.index[k - 1]) return "indices do not ascend";
        if (!std::isfinite(row.value_at(k))) return "value not finite";
      }
    }
  }
  return "";
}

/// Reads the bytes, with the checksums made good first if wanted. "" when all is well, refusal included.
inline std::string cache_fault(const std::string& bytes, bool reseal, bool* was_read = nullptr) {
  using namespace sparselearn;
  const MemoryFile file(reseal ? resealed(bytes) : bytes);
  Dataset data;
  ReadReport report;
  ReadOptions options;
  options.label_lists = has_lists(bytes);
  if (!is_cache(file.path())) return "";
  try {
    data = read_dataset({file.path()}, options, report);
  } catch (const DataError&) {
    return "";
  }
  if (was_read) *was_read = true;
  if (const std::string wrong = fault(data); !wrong.empty()) return wrong;
  const MemoryFile again(cache_bytes(data, report));
  return same_blocks(read_dataset({again.path()}, options, report), data) ? "" : "does not come back";
}
