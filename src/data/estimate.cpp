#include "sparselearn/data/estimate.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "data/cache_file.hpp"
#include "data/chunk_reader.hpp"
#include "data/index_span.hpp"
#include "data/read_files.hpp"
#include "data/text_parser.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/data/cache.hpp"

namespace sparselearn {
namespace {

/// What was read of one file.
struct Sampled {
  std::vector<RowBlock> blocks;
  std::uint64_t bytes = 0;  // of text: whole lines
  std::uint64_t rows = 0;
  std::uint64_t nonzeros = 0;
  std::uint64_t memory = 0;
  std::uint64_t bad_lines = 0;
  IndexSpan span;

  void add(ParsedRows&& parsed, std::uint64_t text) {
    bytes += text;
    rows += parsed.block.rows();
    nonzeros += parsed.block.nonzeros();
    memory += parsed.block.memory();
    bad_lines += parsed.bad;
    span.add(parsed);
    if (parsed.block.rows() > 0) blocks.push_back(std::move(parsed.block));
  }
};

/// The whole lines of a piece of text that begins anywhere: what is behind its first end of line, up to the
/// last.
std::string_view whole_lines(std::string_view text) {
  const std::size_t first = text.find('\n'), last = text.rfind('\n');
  return first == last ? std::string_view() : text.substr(first + 1, last - first);
}

/// A file of text, from which pieces are parsed.
class TextSampler {
 public:
  TextSampler(const std::string& path, const RowFormat& format, const SampleSizes& sizes)
      : path_(path), format_(format), sizes_(sizes), parser_(format), reader_(path, {.chunk = sizes.piece}) {}

  /// Parses the text from the front up to `limit` bytes; true when that was all of it.
  bool read_head(std::size_t limit, Sampled& out) {
    Chunk chunk;
    while (out.bytes < limit) {
      if (!reader_.next(chunk)) return true;
      if (chunk.too_long) throw too_long_error(chunk, {}, path_, 1);
      const bool header = format_.syntax == TextSyntax::csv && !columns_;
      if (header) columns_ = read_csv_columns(chunk.text(), format_, path_);
      out.add(parser_.parse(chunk.text(), columns_ ? &*columns_ : nullptr, header), chunk.size);
      if (chunk.failure) std::rethrow_exception(chunk.failure);
    }
    return false;
  }

  /// Parses the whole lines of a piece of plain text.
  void read_place(std::uint64_t offset, Sampled& out) {
    FileSource source(path_);
    source.seek(offset);
    std::string text(sizes_.piece, '\0');
    std::size_t filled = 0;
    while (filled < text.size()) {
      const std::streamsize count =
          source.read(text.data() + filled, static_cast<std::streamsize>(text.size() - filled));
      if (count < 0) break;
      filled += static_cast<std::size_t>(count);
    }
    const std::string lines(whole_lines(std::string_view(text).substr(0, filled)));
    if (lines.empty()) return;  // in the midst of a long line
    const std::string padded = lines + std::string(RowParser::padding, '\n');
    out.add(parser_.parse({padded.data(), lines.size()}, columns_ ? &*columns_ : nullptr), lines.size());
  }

  std::uint64_t consumed() const { return reader_.consumed(); }

 private:
  const std::string& path_;
  const RowFormat& format_;
  const SampleSizes& sizes_;
  TextParser parser_;
  ChunkReader reader_;
  std::optional<CsvColumns> columns_;
};

bool is_gzip(const std::string& path) { return FileSource(path).peek(2) == "\x1f\x8b"; }

/// Samples one file of text, and tells how many bytes its text has.
double sample_text(const std::string& path, std::uint64_t size, const RowFormat& format,
                   const SampleSizes& sizes, std::size_t places, Sampled& out) {
  TextSampler sampler(path, format, sizes);
  const bool gzip = is_gzip(path);
  const bool small = size <= places * sizes.piece;
  if (sampler.read_head(gzip ? sizes.head : small ? SIZE_MAX : 1, out)) return static_cast<double>(out.bytes);
  if (gzip)
    return static_cast<double>(size) * static_cast<double>(out.bytes) /
           static_cast<double>(sampler.consumed());
  for (std::size_t k = 1; k < places; ++k) sampler.read_place((size - sizes.piece) / (places - 1) * k, out);
  return static_cast<double>(size);
}

/// Reads blocks of a cache evenly apart. Its table knows the rest.
void sample_cache(const CacheFile& file, const RowFormat& format, std::size_t places, Sampled& out) {
  const ReadReport& report = file.table().report;
  const auto base = static_cast<std::uint32_t>(report.index_base);
  const std::size_t blocks = file.table().blocks.size(), read = std::min(places, blocks);
  HugeVector<char> buffer;
  for (std::size_t k = 0; k < read; ++k) {
    ParsedRows rows;
    rows.block = file.block(k * blocks / read, base - format.shift, buffer);
    rows.index_end = report.features == 0 ? 0 : report.features + base;
    rows.saw_index_zero = base == 0;
    out.add(std::move(rows), 0);
  }
}

void add_file(const std::string& path, const RowFormat& format, const SampleSizes& sizes, std::size_t places,
              Sampled& sampled, DataEstimate& estimate) {
  const std::uint64_t size = std::filesystem::file_size(path);
  Sampled out;
  estimate.bytes += size;
  double scale = 1;  // of the file over its sample
  if (is_cache(path)) {
    const CacheFile file(path);
    sample_cache(file, format, places, out);
    double rows = 0;
    for (const cache::StoredBlock& block : file.table().blocks) {
      rows += static_cast<double>(block.rows);
      estimate.nonzeros += static_cast<double>(block.nonzeros);
    }
    estimate.rows += rows;
    estimate.text_bytes += static_cast<double>(file.table().report.bytes);
    scale = out.rows > 0 ? rows / static_cast<double>(out.rows) : 1;
  } else {
    const double text = sample_text(path, size, format, sizes, places, out);
    if (out.rows == 0) throw DataError(Place{path}, "there are no rows in the text that was sampled");
    scale = text / static_cast<double>(out.bytes);
    estimate.text_bytes += text;
    estimate.rows += scale * static_cast<double>(out.rows);
    estimate.nonzeros += scale * static_cast<double>(out.nonzeros);
  }
  estimate.exact &= scale == 1;
  estimate.memory += scale * static_cast<double>(out.memory);
  estimate.bad_lines += out.bad_lines;
  sampled.rows += out.rows;
  sampled.span.end = std::max(sampled.span.end, out.span.end);
  sampled.span.zero |= out.span.zero;
  std::move(out.blocks.begin(), out.blocks.end(), std::back_inserter(sampled.blocks));
}

}  // namespace

DataEstimate estimate_data(const std::vector<std::string>& paths, const ReadOptions& asked,
                           const SampleSizes& sizes) {
  if (std::find(paths.begin(), paths.end(), "-") != paths.end())
    throw UsageError("standard input can not be sampled; name a file");
  const std::vector<std::string> files = expand_paths(paths);
  ReadOptions options = resolve_index_base(files, asked);
  options.skip_bad_lines = true;
  const RowFormat format = row_format(options);
  const std::size_t places = std::max<std::size_t>(2, sizes.places / files.size());

  DataEstimate estimate;
  Sampled sampled;
  for (const std::string& file : files) {
    if (!std::filesystem::is_regular_file(file)) throw UsageError(file + " is no file that can be sampled");
    add_file(file, format, sizes, places, sampled, estimate);
  }
  estimate.sample.set_index_base(sampled.span.base(options));
  for (RowBlock& block : sampled.blocks) {
    if (sampled.span.shifted(options)) shift_back(block);
    estimate.sample.append(std::move(block), sampled.span.features(options));
  }
  estimate.fraction = static_cast<double>(sampled.rows) / estimate.rows;
  return estimate;
}

}  // namespace sparselearn
