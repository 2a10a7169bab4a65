#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "sparselearn/base/error.hpp"
#include "sparselearn/data/cache.hpp"
#include "sparselearn/data/reader.hpp"

namespace sparselearn {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, const std::string& reason) {
  throw IoError("cannot read " + path + ": " + reason);
}

/// The visible files of a directory by name. Its sub-directories are left out.
std::vector<std::string> files_in(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename().native().front() == '.') continue;
    std::error_code ignored;
    if (!entry->is_directory(ignored)) files.push_back(entry->path().native());
  }
  if (error) fail(directory, error.message());
  if (files.empty()) throw DataError(Place{directory}, "no data: the directory holds no files");
  std::sort(files.begin(), files.end());
  return files;
}

/// Permissions only: opening a pipe would disturb its writer.
void check_readable(const std::string& path) {
  if (access(path.c_str(), R_OK) != 0) fail(path, std::strerror(errno));
}

/// FILE.slc, FILE.HASH.slc, or one being written, where FILE is there as well: it holds the same rows.
bool is_kept_cache(const std::string& path, const std::set<std::string>& files) {
  const std::size_t name = path.rfind('/') + 1;
  if (path.find(".slc", name) == std::string::npos) return false;
  if (path.find(".slc.new.", name) == std::string::npos && !is_cache(path)) return false;
  for (std::size_t dot = path.find('.', name + 1); dot != std::string::npos; dot = path.find('.', dot + 1))
    if (files.contains(path.substr(0, dot)) && path.find(".slc", dot) != std::string::npos) return true;
  return false;
}

void leave_out_kept_caches(std::vector<std::string>& files) {
  const std::set<std::string> all(files.begin(), files.end());
  std::erase_if(files, [&](const std::string& file) { return is_kept_cache(file, all); });
}

}  // namespace

std::vector<std::string> expand_paths(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (path == "-") {
      files.push_back(path);
      continue;
    }
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) fail(path, std::strerror(errno));
    check_readable(path);
    if (!S_ISDIR(status.st_mode)) {
      files.push_back(path);
      continue;
    }
    for (std::string& file : files_in(path)) {
      check_readable(file);
      files.push_back(std::move(file));
    }
  }
  leave_out_kept_caches(files);
  return files;
}

}  // namespace sparselearn
