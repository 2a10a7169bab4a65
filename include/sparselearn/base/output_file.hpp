// A file that is written beside its place and renamed there by commit(): the old file stays whole until the new one is. Without
// commit() the destructor removes what was written. Existing permissions are kept; a symbolic link's target is replaced, not the link;
// devices, pipes and "-" (standard output) are written in place.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace sparselearn {

class OutputFile {
 public:
  /// Throws IoError, naming the path and the system's reason, here and in every other member.
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);
  /// Flushes to disk (fsync) and renames into place.
  void commit();

 private:
  void flush();
  std::string path_;       // where it shall be
  std::string temporary_;  // where it is meanwhile; empty when written in place
  std::string buffer_;
  int descriptor_ = -1;
};

}  // namespace sparselearn
