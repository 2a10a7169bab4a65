#include "data/cache_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include "base/uninterrupted.hpp"
#include "sparselearn/base/checksum.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/input_file.hpp"

namespace sparselearn {
namespace {

using cache::damaged;
using cache::Header;
using cache::StoredBlock;
using cache::Trailer;

[[noreturn]] void fail(const std::string& path) {
  throw IoError("cannot read " + path + ": " + std::strerror(errno));
}

template <class T>
std::string_view bytes_before_checksum(const T& whole) {
  return {reinterpret_cast<const char*>(&whole), offsetof(T, checksum)};
}

}  // namespace

namespace cache {

void damaged(const std::string& path, std::uint64_t offset, const std::string& what) {
  throw DataError(Place{path}, "the cache is damaged at byte " + std::to_string(offset) + ": " + what +
                                   "; remove it and make it again");
}

void Table::state(Archive& archive) {
  std::uint64_t named = report.first_skipped.size();
  std::uint64_t base = static_cast<std::uint64_t>(report.index_base);
  std::uint64_t qid = report.saw_qid ? 1 : 0;
  archive(key)(report.bytes)(report.lines)(report.rows)(report.nonzeros)(report.features)(base)(qid);
  archive(report.skipped)(named);
  if (archive.loading()) {
    if (named > 10 || base > 1 || qid > 1) throw DataError("a count is out of range");
    report.index_base = static_cast<int>(base);
    report.saw_qid = qid == 1;
    report.first_skipped.resize(named);
  }
  for (std::string& message : report.first_skipped) archive(message);
  std::vector<PlainBlock> plain(blocks.begin(), blocks.end());
  archive.up_to(Archive::unlimited, plain);
  if (archive.loading()) {
    blocks.resize(plain.size());
    for (std::size_t b = 0; b < blocks.size(); ++b) static_cast<PlainBlock&>(blocks[b]) = plain[b];
  }
  if (version == lists_version)
    for (StoredBlock& block : blocks) archive(block.listed);
}

}  // namespace cache

CacheFile::CacheFile(std::string path) : path_(std::move(path)) {
  descriptor_ = uninterrupted([&] { return ::open(path_.c_str(), O_RDONLY | O_CLOEXEC); });
  if (descriptor_ < 0) fail(path_);
  try {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) fail(path_);
    size_ = static_cast<std::uint64_t>(status.st_size);
    if (size_ < sizeof(Header) + sizeof(Trailer)) damaged(path_, size_, "the file ends here, too early");
    read_header();
    read_table(read_trailer());
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

CacheFile::~CacheFile() { ::close(descriptor_); }

void CacheFile::read(void* out, std::uint64_t size, std::uint64_t offset) const {
  char* next = static_cast<char*>(out);
  while (size > 0) {
    const ::ssize_t got =
        uninterrupted([&] { return ::pread(descriptor_, next, size, static_cast<::off_t>(offset)); });
    if (got < 0) fail(path_);
    if (got == 0) damaged(path_, offset, "the file ends here, it was cut short meanwhile");
    next += got;
    offset += static_cast<std::uint64_t>(got);
    size -= static_cast<std::uint64_t>(got);
  }
}

void CacheFile::read_header() {
  Header header;
  read(&header, sizeof header, 0);
  if (std::string_view(header.magic, sizeof header.magic) != cache::magic)
    damaged(path_, 0, "this is not how a cache of sparselearn begins");
  if (header.version != cache::format_version && header.version != cache::lists_version)
    throw DataError(Place{path_},
                    "the cache has format version " + std::to_string(header.version) +
                        " (byte 8); this program reads versions " + std::to_string(cache::format_version) +
                        " and " + std::to_string(cache::lists_version) + "; make it again from its source");
  if (header.checksum != fast_checksum(bytes_before_checksum(header)))
    damaged(path_, 0, "the header does not match its checksum");
  table_.version = header.version;
}

Trailer CacheFile::read_trailer() const {
  Trailer trailer;
  const std::uint64_t at = size_ - sizeof trailer;
  read(&trailer, sizeof trailer, at);
  if (trailer.checksum != fast_checksum(bytes_before_checksum(trailer)))
    damaged(path_, at, "the last bytes do not match their checksum, or the file was cut short");
  if (trailer.table < sizeof(Header) || trailer.table > at || trailer.table_size != at - trailer.table)
    damaged(path_, at, "the table of blocks is not where the last bytes say");
  return trailer;
}

void CacheFile::read_table(const Trailer& trailer) {
  table_at_ = trailer.table;
  std::string bytes(trailer.table_size, '\0');
  read(bytes.data(), bytes.size(), table_at_);
  if (trailer.table_checksum != fast_checksum(bytes))
    damaged(path_, table_at_, "the table of blocks does not match its checksum");
  Archive archive(std::move(bytes));
  try {
    table_.state(archive);
  } catch (const DataError& error) {
    damaged(path_, table_at_, std::string("the table of blocks: ") + error.what());
  }
  if (!archive.exhausted()) damaged(path_, table_at_, "the table of blocks is too long");
  check_blocks(table_at_);
  check_report();
  for (std::string& message : table_.report.first_skipped)  // shown on terminals
    std::replace_if(
        message.begin(), message.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
}

// Blocks fill the file from the header to the table, without gaps.
void CacheFile::check_blocks(std::uint64_t end) const {
  std::uint64_t next = sizeof(Header);
  std::uint64_t rows = 0, nonzeros = 0;
  for (const StoredBlock& block : table_.blocks) {
    const bool widths = block.has_values <= 1 && block.has_weights <= 1 &&
                        (block.label_bytes == 1 || block.label_bytes == 4 || block.label_bytes == 8);
    // Each row and each nonzero takes four bytes, which keeps the sums below from overflowing.
    const std::uint64_t most = (end - next) / sizeof(std::uint32_t);
    // So does each list, and each label a byte.
    const bool lists =
        (block.listed > 0) == (table_.version == cache::lists_version) && block.labels() <= end - next;
    if (!widths || !lists || block.rows == 0 || block.rows > most || block.rows > UINT32_MAX ||
        block.nonzeros > most || block.offset != next || sections_of(block).end > end - next)
      damaged(path_, table_at_, "block " + std::to_string(&block - table_.blocks.data()) + " does not fit");
    next += sections_of(block).end;
    rows += block.rows;
    nonzeros += block.nonzeros;
  }
  if (next != end) damaged(path_, next, "the blocks do not reach to the table");
  if (table_.blocks.empty()) damaged(path_, table_at_, "there are no rows");
  if (rows != table_.report.rows || nonzeros != table_.report.nonzeros)
    damaged(path_, table_at_, "the blocks have other sizes than the whole");
}

void CacheFile::check_report() const {
  const ReadReport& report = table_.report;
  if (report.features > UINT32_MAX) damaged(path_, table_at_, "there are too many features");
}

// An array, and behind it zeros up to the next section.
template <class T>
std::string_view CacheFile::read_array(HugeVector<T>& array, std::uint64_t count, std::uint64_t begin,
                                       std::uint64_t end) const {
  array.resize(count);
  const std::uint64_t size = count * sizeof(T);
  read(array.data(), size, begin);
  char gap[cache::alignment] = {};
  read(gap, end - begin - size, begin + size);
  if (std::any_of(std::begin(gap), std::end(gap), [](char c) { return c != 0; }))
    damaged(path_, begin + size, "the gap between two arrays is not empty");
  return {reinterpret_cast<const char*>(array.data()), size};
}

// Indices and values, most of the bytes, are read to where they stay.
RowBlock CacheFile::block(std::uint64_t number, std::uint32_t shift, HugeVector<char>& buffer) const {
  const StoredBlock& stored = table_.blocks[number];
  const cache::Sections at = sections_of(stored);
  RowBlock block;
  const auto indices =
      read_array(block.indices, stored.nonzeros, stored.offset + at.indices, stored.offset + at.values);
  const auto values = read_array(block.values, stored.has_values ? stored.nonzeros : 0,
                                 stored.offset + at.values, stored.offset + at.lengths);
  const std::uint64_t size = at.end - at.lengths;
  if (buffer.size() < size) buffer = HugeVector<char>(size);
  read(buffer.data(), size, stored.offset + at.lengths);
  const std::string_view rest(buffer.data(), size);
  if (cache::checksum_of(indices, values, rest) != stored.checksum)
    damaged(path_, stored.offset,
            "the " + std::to_string(at.end) + " bytes from here on do not match their checksum");
  cache::decode(rest, stored, table_.report.features, shift, path_, block);
  return block;
}

bool is_cache(const std::string& path) {
  struct stat status {};
  if (path == "-" || ::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  return read_begin(path, cache::magic.size()) == cache::magic;
}

CacheInfo read_cache_info(const std::string& path) {
  const CacheFile file(path);
  CacheInfo info{file.table().key, file.table().report};
  info.report.compressed_bytes = file.size();
  return info;
}

CacheKey cache_key(const std::string& path, const ReadOptions& options) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) fail(path);
  CacheKey key;
  key.size = static_cast<std::uint64_t>(status.st_size);
  key.modified = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  key.max_index = options.max_index;
  key.index_base = static_cast<std::uint32_t>(options.index_base);
  key.unsorted = options.unsorted ? 1 : 0;
  key.skip_bad_lines = options.skip_bad_lines ? 1 : 0;
  key.label_lists = options.label_lists ? 1 : 0;
  key.from_source = 1;
  return key;
}

}  // namespace sparselearn
