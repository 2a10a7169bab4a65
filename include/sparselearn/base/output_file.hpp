// A file that is written beside its place and renamed there by commit(): the old file stays whole until the
// new one is. Without commit() the destructor removes what was written. Existing permissions are kept; a
// symbolic link's target is replaced, not the link; devices, pipes and "-" (standard output) are written in
// place.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace sparselearn {

class OutputFile {
 public:
  /// Throws IoError, naming the path and the system's reason, here and in every other member; ClosedPipe when
  /// it was EPIPE.
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);
  /// Hands everything to the system now: for output that is followed while it grows.
  void flush();
  /// Flushes to disk (fsync) and renames into place.
  void commit();

 private:
  void open_in_place();
  void open_beside(unsigned permissions);
  void close();
  [[noreturn]] void fail(const char* what) const;

  std::string path_;       // as given, for messages
  std::string target_;     // where it shall be: path_ with symbolic links followed
  std::string temporary_;  // where it is meanwhile; empty when written in place
  std::string buffer_;
  int descriptor_ = -1;
};

/// A whole file at once.
void write_file(const std::string& path, std::string_view bytes);

/// Throws what OutputFile(path) and its commit() would throw for a missing folder, a directory, or a lack of
/// rights, and leaves everything as it is: for a look before hours of work. Devices and pipes are not opened.
void require_writable(const std::string& path);

}  // namespace sparselearn
