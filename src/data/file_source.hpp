// Bytes of a file or of standard input, as a Boost.Iostreams Source.
#pragma once
#include <boost/iostreams/categories.hpp>
#include <cstdint>
#include <ios>
#include <string>
#include <string_view>

namespace sparselearn {

class FileSource {
 public:
  using char_type = char;
  struct category : boost::iostreams::source_tag {};

  /// Opens `path`, "-" being standard input. Throws IoError.
  explicit FileSource(const std::string& path);
  ~FileSource();
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  /// Up to `size` bytes; -1 at the end. Throws IoError.
  std::streamsize read(char* out, std::streamsize size);
  /// The next bytes, at most 8 and fewer only at the end, without taking them. To be called before the first
  /// read().
  std::string_view peek(std::size_t size);
  /// Goes on at this byte of a file that is not a pipe. Throws IoError. To be called before anything else.
  void seek(std::uint64_t offset);
  /// Bytes taken so far.
  std::uint64_t position() const { return position_; }

 private:
  std::streamsize read_descriptor(char* out, std::size_t size);

  std::string path_;
  int descriptor_ = -1;
  std::string peeked_;  // read from the descriptor but not taken yet
  std::uint64_t position_ = 0;
};

}  // namespace sparselearn
