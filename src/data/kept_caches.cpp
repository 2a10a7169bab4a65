#include "sparselearn/data/kept_caches.hpp"

#include <array>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "sparselearn/base/checksum.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/data/cache.hpp"

namespace sparselearn {
namespace {

namespace fs = std::filesystem;

std::string hexadecimal(std::uint64_t number) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return {digits.data(), end};
}

std::string cache_path(const std::string& file, const std::string& folder) {
  if (folder.empty()) return file + ".slc";
  std::error_code none;
  const std::string absolute = fs::weakly_canonical(file, none).string();
  const std::string name =
      fs::path(file).filename().string() + "." + hexadecimal(checksum(absolute)) + ".slc";
  return (fs::path(folder) / name).string();
}

enum class Standing { missing, current, outdated, foreign };

// Whoever made it by request, or wrote something else there, wants to keep it. What is damaged, or of another
// version, is of no use to anyone.
Standing standing(const std::string& cache, const CacheKey& key) {
  std::error_code none;
  if (!fs::exists(cache, none)) return Standing::missing;
  try {
    if (!is_cache(cache)) return Standing::foreign;
    const CacheInfo info = read_cache_info(cache);
    if (info.key == key) return Standing::current;
    return info.key.from_source == 1 ? Standing::outdated : Standing::foreign;
  } catch (const DataError&) {
    return Standing::outdated;
  } catch (const IoError&) {  // it can not be read
    return Standing::foreign;
  }
}

class Keeper {
 public:
  Keeper(const std::string& folder, const ReadOptions& options, const ReadProgress& progress)
      : folder_(folder), options_(options), progress_(progress) {
    options_.hash_bits = 0;  // caches hold the features of the text, which are hashed as they are read
  }

  void add(const std::string& file) {
    kept_.paths.push_back(file);
    std::error_code none;
    if (!fs::is_regular_file(file, none)) {
      note("no cache is kept of " + file + ", which is not a regular file");
    } else if (!is_cache(file)) {
      add_text(file);
    }
  }

  KeptCaches take() { return std::move(kept_); }

 private:
  void add_text(const std::string& file) {
    const std::string cache = cache_path(file, folder_);
    const CacheKey key = cache_key(file, options_);  // before reading: what changes meanwhile is read again
    const Standing found = standing(cache, key);
    if (found == Standing::foreign)
      return note(cache + " was not made by --cache and is left as it is; no cache is kept of " + file);
    if (found != Standing::current && !make(file, cache, key)) return;
    kept_.paths.back() = cache;
  }

  bool make(const std::string& file, const std::string& cache, const CacheKey& key) {
    if (!writable(cache)) return false;
    ReadReport report;
    const Dataset data = read_dataset({file}, options_, report, progress_);
    try {
      OutputFile out(cache);
      write_cache(data, report, key, [&](std::string_view bytes) { out.write(bytes); });
      out.commit();
    } catch (const IoError& error) {
      note(std::string("no cache is kept: ") + error.what());
      return false;
    }
    std::error_code none;
    note("wrote the cache " + cache + ", " + bytes_text(fs::file_size(cache, none)));
    return true;
  }

  bool writable(const std::string& cache) {
    try {
      require_writable(cache);
      return true;
    } catch (const IoError& error) {
      note(std::string("no cache is kept: ") + error.what());
      return false;
    }
  }

  void note(const std::string& text) { kept_.notes.push_back("note: " + text); }

  const std::string& folder_;
  ReadOptions options_;
  const ReadProgress& progress_;
  KeptCaches kept_;
};

}  // namespace

KeptCaches keep_caches(const std::vector<std::string>& paths, const std::string& folder,
                       const ReadOptions& options, const ReadProgress& progress) {
  Keeper keeper(folder, options, progress);
  for (const std::string& file : expand_paths(paths)) keeper.add(file);
  return keeper.take();
}

}  // namespace sparselearn
