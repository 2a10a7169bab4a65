// Caches that are kept of files of text without being asked for each: made on the first reading, used on the
// next ones, made again when the file or the way it is read has changed.
#pragma once
#include <string>
#include <vector>

#include "sparselearn/data/reader.hpp"

namespace sparselearn {

struct KeptCaches {
  std::vector<std::string> paths;  // to be read instead: a cache where there is one, else the file itself
  std::vector<std::string> notes;  // what was made, and why something was not
};

/// Looks for a cache of each file, and makes those that are missing or out of date: FILE.slc, or with
/// `folder` NAME.HASH.slc in there, HASH being of the file's absolute path. A cache that can not be written
/// is no failure but a note; so is a file in its place that was not made here, which stays as it is. Throws
/// what reading throws.
KeptCaches keep_caches(const std::vector<std::string>& paths, const std::string& folder,
                       const ReadOptions& options, const ReadProgress& progress = {});

}  // namespace sparselearn
