#include "data/read_files.hpp"

#include <sys/stat.h>
#include <tbb/enumerable_thread_specific.h>

#include <algorithm>
#include <exception>
#include <numeric>

#include "data/cache_file.hpp"
#include "data/feature_hashing.hpp"
#include "data/in_order.hpp"
#include "sparselearn/base/error.hpp"

namespace sparselearn {
namespace {

/// Bytes of all files together, 0 if any is not a regular file.
std::uint64_t total_size(const std::vector<std::string>& files) {
  std::uint64_t total = 0;
  for (const std::string& file : files) {
    struct stat status {};
    if (file == "-" || stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return 0;
    total += static_cast<std::uint64_t>(status.st_size);
  }
  return total;
}

/// The one label of each row as a list.
void list_labels(RowBlock& block) {
  block.lists.labels = block.labels;
  block.lists.offsets.resize(block.rows() + 1);
  std::iota(block.lists.offsets.begin(), block.lists.offsets.end(), std::uint64_t{0});
  block.labels.assign(block.rows(), 0.0);
}

/// The rows of a cache as the parser would have given them.
class CachedRows {
 public:
  CachedRows(const CacheFile& file, const RowFormat& format)
      : file_(file),
        report_(file.table().report),
        format_(format),
        refuses_zero_(format.lowest_index > base()) {
    // The stored index counts from 0, the wanted one is the text's less the format's shift.
    shift_ = static_cast<std::uint32_t>(base()) - format.shift;
    if (index_end() > format.highest_index + 1)
      throw DataError(Place{file.path()}, "index " + std::to_string(index_end() - 1) + " is beyond " +
                                              std::to_string(format.highest_index) + ", the largest allowed");
    if (file.table().version == cache::lists_version && !format.label_lists)
      throw DataError(Place{file.path()},
                      "the rows of this cache have lists of labels: expected one label "
                      "a row (--multilabel reads lists)");
  }

  /// A block, or why it can not be had: the first failure in the order of the file shall be the one thrown.
  struct Outcome {
    ParsedRows rows;
    std::exception_ptr failure;
  };

  Outcome try_read(std::uint64_t number) {
    try {
      return {read(number), nullptr};
    } catch (...) {
      return {{}, std::current_exception()};
    }
  }

 private:
  ParsedRows read(std::uint64_t number) {
    ParsedRows rows;
    rows.block = file_.block(number, shift_, buffers_.local());
    if (format_.label_lists && rows.block.lists.empty()) list_labels(rows.block);
    rows.index_end = index_end();
    rows.saw_index_zero = base() == 0;
    if (refuses_zero_) require_no_zero(rows.block);
    if (format_.hash_bits > 0) hash_features(rows.block, format_.shift, format_.hash_bits);
    return rows;
  }

  std::uint64_t base() const { return static_cast<std::uint64_t>(report_.index_base); }
  std::uint64_t index_end() const { return report_.features == 0 ? 0 : report_.features + base(); }

  // Index 0 of the text has wrapped around.
  void require_no_zero(const RowBlock& block) const {
    for (std::size_t r = 0; r < block.rows(); ++r) {
      const RowView row = block.row(r);
      if (row.size > 0 && row.index[0] == UINT32_MAX)
        throw DataError(Place{file_.path()}, "expected indices from 1 on, found index 0");
    }
  }

  const CacheFile& file_;
  const ReadReport& report_;
  const RowFormat& format_;
  bool refuses_zero_;
  std::uint32_t shift_ = 0;
  tbb::enumerable_thread_specific<HugeVector<char>> buffers_;
};

void add_report(const CacheFile& file, ReadReport& report) {
  const ReadReport& stored = file.table().report;
  report.bytes += stored.bytes;
  report.compressed_bytes += file.size();
  report.lines += stored.lines;
  report.saw_qid |= stored.saw_qid;
  report.skipped += stored.skipped;
  for (const std::string& message : stored.first_skipped)
    if (report.first_skipped.size() < skipped_lines_named) report.first_skipped.push_back(message);
}

void read_cache(const std::string& path, const RowFormat& format, ReadReport& report,
                const std::function<void(ParsedRows&&)>& consume, const ReadPosition& position) {
  const CacheFile file(path);
  CachedRows rows(file, format);
  const std::vector<cache::StoredBlock>& blocks = file.table().blocks;
  std::size_t next = 0;
  in_order(
      blocks.size(), [&](std::uint64_t number) { return rows.try_read(number); },
      [&](CachedRows::Outcome&& outcome) {
        if (outcome.failure) std::rethrow_exception(outcome.failure);
        ParsedRows& parsed = outcome.rows;
        if (position) position(blocks[next++].offset);
        report.rows += parsed.block.rows();
        report.nonzeros += parsed.block.nonzeros();
        consume(std::move(parsed));
      });
  add_report(file, report);
}

}  // namespace

void read_files(const std::vector<std::string>& files, const RowFormat& format, const ChunkSizes& sizes,
                ReadReport& report, const std::function<void(ParsedRows&&)>& consume,
                const ReadProgress& progress) {
  const ReadPosition position = position_of(files, progress, report.compressed_bytes);
  for (auto file = files.begin(); file != files.end();) {
    const auto next_cache = std::find_if(file, files.end(), is_cache);
    if (next_cache == file)
      read_cache(*file++, format, report, consume, position);
    else
      read_pieces({file, next_cache}, format, sizes, report, consume, position);
    file = std::max(file, next_cache);
  }
}

ReadPosition position_of(const std::vector<std::string>& files, const ReadProgress& progress,
                         const std::uint64_t& before) {
  if (!progress) return {};
  return [&progress, &before, total = total_size(files)](std::uint64_t done) {
    if (!progress(before + done, total)) throw Error(ExitCode::interrupted, "interrupted");
  };
}

ReadOptions resolve_index_base(const std::vector<std::string>& files, ReadOptions options) {
  using IndexBase = ReadOptions::IndexBase;
  if (options.index_base == IndexBase::automatic && options.syntax != TextSyntax::libsvm)
    options.index_base = options.syntax == TextSyntax::vw ? IndexBase::zero : IndexBase::one;
  if (options.index_base != IndexBase::automatic || !std::all_of(files.begin(), files.end(), is_cache))
    return options;
  options.index_base = IndexBase::one;
  for (const std::string& file : files)
    if (CacheFile(file).table().report.index_base == 0) options.index_base = IndexBase::zero;
  return options;
}

}  // namespace sparselearn
