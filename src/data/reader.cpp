#include "sparselearn/data/reader.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <utility>

#include "base/handover.hpp"
#include "base/stopwatch.hpp"
#include "data/index_span.hpp"
#include "data/read_files.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn {
namespace {

using IndexBase = ReadOptions::IndexBase;

constexpr std::uint64_t highest_stored = UINT32_MAX - 1;

void shift_back(std::vector<RowBlock>& blocks) {
  const auto shift = [&](std::size_t b) { shift_back(blocks[b]); };
  fork_and_join([&](const auto& each) { tbb::parallel_for(std::size_t{0}, blocks.size(), each); }, shift);
}

// A line is held in memory whole.
ChunkSizes sizes_within(std::uint64_t max_memory) {
  constexpr std::uint64_t least = std::uint64_t{1} << 20;
  ChunkSizes sizes;
  sizes.longest_line = std::min<std::uint64_t>(sizes.longest_line, std::max(least, max_memory));
  return sizes;
}

// Text that turned out to start at 0 has one index less to give.
void check_shifted(const IndexSpan& span, const ReadOptions& options) {
  if (!span.shifted(options)) return;
  const std::uint64_t highest = std::min(options.max_index, highest_stored);
  if (span.end > highest + 1)
    throw DataError("index " + std::to_string(span.end - 1) + " is beyond " + std::to_string(highest) +
                    ", the largest in text that starts at index 0");
}

[[noreturn]] void refuse_memory(const ReadReport& report, std::uint64_t allowed) {
  throw Error(ExitCode::failure, "the data do not fit: after " + with_commas(report.rows) + " rows with " +
                                     with_commas(report.nonzeros) + " nonzeros they take more than the " +
                                     bytes_text(allowed) +
                                     " of memory allowed; allow more (--max-memory), or read fewer rows");
}

}  // namespace

RowFormat row_format(const ReadOptions& options) {
  const std::uint64_t highest = std::min(options.max_index, highest_stored);
  RowFormat format;
  format.lowest_index = options.index_base == IndexBase::one ? 1 : 0;
  format.shift = options.index_base == IndexBase::zero ? 0 : 1;
  format.highest_index = highest + format.shift;
  format.unsorted = options.unsorted;
  format.label_lists = options.label_lists;
  format.skip_bad_lines = options.skip_bad_lines;
  format.syntax = options.syntax;
  format.label_optional = options.label_optional;
  format.name_bits = options.name_bits;
  format.hash_bits = options.hash_bits;
  format.label_column = options.label_column;
  return format;
}

Dataset read_dataset(const std::vector<std::string>& paths, const ReadOptions& asked, ReadReport& report,
                     const ReadProgress& progress, const ChunkSizes& sizes) {
  const Stopwatch watch;
  const std::vector<std::string> files = expand_paths(paths);
  const ReadOptions options = resolve_index_base(files, asked);
  std::vector<RowBlock> blocks;
  IndexSpan span;
  report = {};
  std::uint64_t memory = 0;
  const auto keep = [&](ParsedRows&& rows) {
    span.add(rows);
    if (options.spill) {
      const Spill::Use use(*options.spill, Spill::Use::Threads::this_one);
      blocks.push_back(rows.block);
      return;
    }
    memory += rows.block.memory();
    if (memory > options.max_memory) refuse_memory(report, options.max_memory);
    blocks.push_back(std::move(rows.block));
  };
  read_files(files, row_format(options), sizes, report, keep, progress);

  report.index_base = span.base(options);
  report.features = span.features(options);
  check_shifted(span, options);
  if (span.shifted(options)) shift_back(blocks);
  Dataset data;
  data.set_index_base(report.index_base);
  data.set_spill(options.spill);
  if (options.spill) return_free_memory();
  for (RowBlock& block : blocks) data.append(std::move(block), report.features);
  report.seconds = watch.seconds();
  return data;
}

void read_stream(const std::vector<std::string>& paths, const ReadOptions& options, ReadReport& report,
                 const std::function<void(RowBlock&&)>& consume, const ReadProgress& progress,
                 const ChunkSizes& sizes) {
  const Stopwatch watch;
  const std::vector<std::string> files = expand_paths(paths);
  ReadOptions known = resolve_index_base(files, options);
  if (known.index_base == IndexBase::automatic) known.index_base = IndexBase::one;
  IndexSpan span;
  report = {};
  report.index_base = span.base(known);
  const auto hand_on = [&](ParsedRows&& rows) {
    span.add(rows);
    report.features = span.features(known);
    consume(std::move(rows.block));
  };
  read_files(files, row_format(known), sizes, report, hand_on, progress);
  report.seconds = watch.seconds();
}

Dataset read_dataset(const std::vector<std::string>& paths, const ReadOptions& options, ReadReport& report,
                     const ReadProgress& progress) {
  return read_dataset(paths, options, report, progress, sizes_within(options.max_memory));
}

void read_stream(const std::vector<std::string>& paths, const ReadOptions& options, ReadReport& report,
                 const std::function<void(RowBlock&&)>& consume, const ReadProgress& progress) {
  read_stream(paths, options, report, consume, progress, ChunkSizes{});
}

void survey_stream(const std::vector<std::string>& paths, const ReadOptions& asked, ReadReport& report,
                   const std::function<void(const RowBlock&)>& look, const ReadProgress& progress) {
  const Stopwatch watch;
  const std::vector<std::string> files = expand_paths(paths);
  const ReadOptions options = resolve_index_base(files, asked);
  IndexSpan span;
  report = {};
  const auto hand_on = [&](ParsedRows&& rows) {
    span.add(rows);
    look(rows.block);
  };
  read_files(files, row_format(options), ChunkSizes{}, report, hand_on, progress);
  report.index_base = span.base(options);
  report.features = span.features(options);
  check_shifted(span, options);
  report.seconds = watch.seconds();
}

}  // namespace sparselearn
