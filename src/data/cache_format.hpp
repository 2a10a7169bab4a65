// The binary cache, little-endian:
//
//   header    64 bytes: magic, version, checksum
//   blocks    each from a multiple of 64 bytes on, its arrays likewise, zeros between:
//               nonzeros u32      indices, from 0, ascending in a row
//               nonzeros f32      values, unless all are 1
//               rows u32          lengths of the rows
//               rows i8|f32|f64   labels, the narrowest that holds all of them exactly
//               rows f32          weights, unless all are 1
//   table     an Archive: CacheKey, ReadReport, a PlainBlock a block
//   trailer   32 bytes: where the table is, its checksum, the trailer's own
//
// That is version 1. Rows with lists of labels make version 2: the labels are those of all lists, behind them
// are rows u32, the lengths of the lists, and at the end of the table is a u64 a block, StoredBlock::listed.
//
// The table stands behind the blocks, so that a cache can be written while its rows pass by. Every byte is
// under one of the checksums. Indices are stored as they are: read from memory, coded differences take longer
// to decode than twice the bytes take to copy.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sparselearn/base/archive.hpp"
#include "sparselearn/base/checksum.hpp"
#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/data/cache.hpp"

namespace sparselearn::cache {

// Not ASCII, and a newline in both conventions: what copies it as text is found out.
constexpr std::string_view magic = "\x89SLC\r\n\x1a\n";
constexpr std::uint32_t format_version = 1, lists_version = 2;
constexpr std::size_t alignment = 64;

struct Header {
  char magic[8] = {};
  std::uint32_t version = format_version;
  std::uint32_t zeros[11] = {};
  std::uint64_t checksum = 0;  // of what comes before
};
static_assert(sizeof(Header) == alignment);

struct Trailer {
  std::uint64_t table = 0;  // offset
  std::uint64_t table_size = 0;
  std::uint64_t table_checksum = 0;
  std::uint64_t checksum = 0;  // of the three before
};
static_assert(sizeof(Trailer) == 32);

/// Sets the checksum of a header or a trailer.
template <class T>
void seal(T& whole) {
  whole.checksum = fast_checksum({reinterpret_cast<const char*>(&whole), offsetof(T, checksum)});
}

/// One line of the table.
struct PlainBlock {
  std::uint64_t offset = 0;
  std::uint64_t rows = 0;
  std::uint64_t nonzeros = 0;
  std::uint64_t checksum = 0;  // checksum_of()
  std::uint32_t label_bytes = 1;
  std::uint16_t has_values = 0;
  std::uint16_t has_weights = 0;
};
static_assert(sizeof(PlainBlock) == 40 && std::has_unique_object_representations_v<PlainBlock>);
static_assert(std::has_unique_object_representations_v<CacheKey>);

struct StoredBlock : PlainBlock {
  std::uint64_t listed = 0;  // 1 + the labels of all lists; 0: each row has one label
  /// Labels in the block.
  std::uint64_t labels() const { return listed > 0 ? listed - 1 : rows; }
};

/// Offsets of the arrays in a block.
struct Sections {
  std::uint64_t indices, values, lengths, labels, list_lengths, weights, end;
};
Sections sections_of(const StoredBlock& block);

/// The table.
struct Table {
  CacheKey key;
  ReadReport report;
  std::vector<StoredBlock> blocks;
  std::uint32_t version = format_version;
  void state(Archive& archive);
};

/// The bytes of a block, and its line of the table but for the offset.
struct Encoded {
  HugeVector<char> bytes;
  StoredBlock stored;
};
Encoded encode(const RowBlock& block);

/// The checksum of a block: of those of its indices, its values and all that comes behind them, which are
/// read to three places. The gaps behind the first two must be zeros.
std::uint64_t checksum_of(std::string_view indices, std::string_view values, std::string_view rest);
/// The same of a block in one piece.
std::uint64_t checksum_of(const StoredBlock& stored, std::string_view bytes);

/// Fills in all but the indices and values, which `block` has as they were stored, from `rest`, the bytes
/// from the lengths on, and checks everything. `shift` is added to every index, modulo 2^32; before that they
/// must be below `features`. What a writer can not have meant is a DataError that names `path` and the offset
/// in the file.
void decode(std::string_view rest, const StoredBlock& stored, std::uint64_t features, std::uint32_t shift,
            const std::string& path, RowBlock& block);

/// Throws the DataError for damage at a byte of the file.
[[noreturn]] void damaged(const std::string& path, std::uint64_t offset, const std::string& what);

}  // namespace sparselearn::cache
