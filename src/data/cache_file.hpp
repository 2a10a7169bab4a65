// A cache opened for reading: its table, and any of its blocks.
#pragma once
#include <string>
#include <string_view>

#include "data/cache_format.hpp"

namespace sparselearn {

class CacheFile {
 public:
  /// Reads and checks all but the blocks. Throws IoError, DataError.
  explicit CacheFile(std::string path);
  ~CacheFile();
  CacheFile(const CacheFile&) = delete;
  CacheFile& operator=(const CacheFile&) = delete;

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }
  const cache::Table& table() const { return table_; }
  /// One block; `buffer` is room to work in and `shift` as decode() takes it. Any number of threads at a
  /// time, each with a buffer of its own. Throws IoError, DataError.
  RowBlock block(std::uint64_t number, std::uint32_t shift, HugeVector<char>& buffer) const;

 private:
  void read(void* out, std::uint64_t size, std::uint64_t offset) const;
  template <class T>
  std::string_view read_array(HugeVector<T>& array, std::uint64_t count, std::uint64_t begin,
                              std::uint64_t end) const;
  void read_header();
  cache::Trailer read_trailer() const;
  void read_table(const cache::Trailer& trailer);
  void check_blocks(std::uint64_t end) const;
  void check_report() const;

  std::string path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::uint64_t table_at_ = 0;
  cache::Table table_;
};

}  // namespace sparselearn
