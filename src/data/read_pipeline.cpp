#include "data/read_pipeline.hpp"

#include <tbb/concurrent_queue.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/handover.hpp"
#include "data/bad_line.hpp"
#include "data/feature_hashing.hpp"
#include "data/text_parser.hpp"

namespace sparselearn {
namespace {

/// A piece on its way through the pipeline.
struct Job : ParsedPiece {
  Handover order;  // of the stages that have it in hand
};

/// First stage: pieces of one file after the other.
class Reading {
 public:
  Reading(const std::vector<std::string>& files, const RowFormat& format, const ChunkSizes& sizes,
          const ReadPosition& tell)
      : files_(files), format_(format), sizes_(sizes), tell_(tell) {}

  bool next(Job& job) {
    while (file_ < files_.size() && !failed_) {
      job.file = file_;
      if (!read(job.chunk)) {
        finish_file();
        continue;
      }
      if (format_.syntax == TextSyntax::csv) take_columns(job);
      failed_ = job.chunk.failure != nullptr;
      if (tell_) tell_(position());
      return true;
    }
    return false;
  }
  /// Bytes taken from all files so far.
  std::uint64_t position() const { return finished_ + (reader_ ? reader_->file_position() : 0); }

 private:
  bool read(Chunk& chunk) {
    try {
      if (!reader_) reader_.emplace(files_[file_], sizes_);
    } catch (const Error&) {
      chunk.size = 0;
      chunk.too_long = false;
      chunk.failure = std::current_exception();
      return true;
    }
    return reader_->next(chunk);
  }
  void finish_file() {
    finished_ += reader_->file_position();
    reader_.reset();
    columns_.reset();
    ++file_;
  }
  // The files of a data set have the same columns.
  void take_columns(Job& job) {
    job.header = !columns_ && !job.chunk.too_long && job.chunk.size > 0;
    try {
      if (job.header) read_columns(job.chunk.text());
    } catch (const DataError&) {
      job.chunk.size = 0;
      job.chunk.failure = std::current_exception();
    }
    job.columns = columns_;
  }
  void read_columns(std::string_view text) {
    const std::string file = shown(files_[file_]);
    columns_ = std::make_shared<CsvColumns>(read_csv_columns(text, format_, file));
    if (!first_columns_) first_columns_ = columns_;
    if (columns_->names != first_columns_->names)
      throw DataError(Place{file, 1, 1}, "expected the columns of the first file, " + shown(files_.front()));
  }

  const std::vector<std::string>& files_;
  const RowFormat& format_;
  const ChunkSizes& sizes_;
  const ReadPosition& tell_;
  std::size_t file_ = 0;
  std::uint64_t finished_ = 0;  // bytes of the files before
  std::optional<ChunkReader> reader_;
  std::shared_ptr<const CsvColumns> columns_, first_columns_;
  bool failed_ = false;
};

/// Last stage: judges the pieces in order and hands them on.
class Consuming {
 public:
  Consuming(const std::vector<std::string>& files, const RowFormat& format, const ChunkSizes& sizes,
            ReadReport& report, const std::function<void(ParsedRows&&)>& consume)
      : files_(files), format_(format), sizes_(sizes), report_(report), consume_(consume) {}

  void take(ParsedPiece& piece) {
    finish_files(piece.file);
    if (piece.chunk.too_long)
      throw too_long_error(piece.chunk, sizes_, shown(files_[piece.file]), lines_ + 1);
    judge(piece);
    report_.bytes += piece.chunk.size;
    report_.rows += piece.rows.block.rows();
    report_.nonzeros += piece.rows.block.nonzeros();
    report_.saw_qid |= piece.rows.saw_qid;
    if (piece.columns && report_.columns.empty()) report_.columns = piece.columns->feature_names();
    lines_ += piece.rows.lines;
    rows_in_file_ += piece.rows.block.rows();
    if (piece.rows.block.rows() > 0) consume_(std::move(piece.rows));
    if (piece.chunk.failure) std::rethrow_exception(piece.chunk.failure);
  }

  /// Closes the books on every file before `file`.
  void finish_files(std::size_t file) {
    for (; file_ < file; ++file_) {
      if (rows_in_file_ == 0) throw DataError(Place{shown(files_[file_])}, "no rows: " + reason_for_none());
      report_.lines += lines_;
      lines_ = rows_in_file_ = bad_in_file_ = 0;
    }
  }

 private:
  void judge(const ParsedPiece& piece) {
    const std::string_view text = piece.chunk.text();
    for (const BadLine& bad : piece.rows.first_bad) {
      if (format_.skip_bad_lines && report_.first_skipped.size() >= skipped_lines_named) break;
      const DataError error = bad_line_error(bad, text.substr(bad.begin, bad.size), format_,
                                             shown(files_[piece.file]), lines_ + bad.line + 1);
      if (!format_.skip_bad_lines) throw error;
      report_.first_skipped.emplace_back(error.what());
    }
    report_.skipped += piece.rows.bad;
    bad_in_file_ += piece.rows.bad;
  }

  std::string reason_for_none() const {
    if (bad_in_file_ > 0) return "every line is bad";
    if (lines_ == 0) return "the file is empty";
    return format_.syntax == TextSyntax::csv ? "the file holds nothing but a header"
                                             : "the file holds nothing but blank lines and comments";
  }

  const std::vector<std::string>& files_;
  const RowFormat& format_;
  const ChunkSizes& sizes_;
  ReadReport& report_;
  const std::function<void(ParsedRows&&)>& consume_;
  std::size_t file_ = 0;
  std::uint64_t lines_ = 0;  // of the file so far
  std::uint64_t rows_in_file_ = 0;
  std::uint64_t bad_in_file_ = 0;
};

/// The order that the pipeline keeps, for the thread sanitizer: the serial stages one call after another, and
/// all of them before the end of this object.
class PipelineOrder {
 public:
  explicit PipelineOrder(const std::vector<std::unique_ptr<Job>>& jobs) : jobs_(jobs) {}
  ~PipelineOrder() {
    reading.take();
    taking.take();
    for (const auto& job : jobs_) job->order.take();
  }
  PipelineOrder(const PipelineOrder&) = delete;
  PipelineOrder& operator=(const PipelineOrder&) = delete;
  Handover reading, taking;

 private:
  const std::vector<std::unique_ptr<Job>>& jobs_;
};

/// Read in order, parse in parallel, take in order.
void run_pipeline(const RowFormat& format, Reading& reading,
                  const std::function<void(ParsedPiece&)>& consume) {
  tbb::enumerable_thread_specific<TextParser> parsers([&] { return TextParser(format); });

  const auto in_flight = static_cast<std::size_t>(tbb::this_task_arena::max_concurrency()) * 2;
  std::vector<std::unique_ptr<Job>> jobs(in_flight);
  tbb::concurrent_queue<Job*> idle;
  for (auto& job : jobs) idle.push((job = std::make_unique<Job>()).get());
  PipelineOrder order(jobs);

  const auto read = [&](tbb::flow_control& flow) -> Job* {
    any_start.take();
    const Handed in_turn(order.reading);
    Job* job = nullptr;
    idle.try_pop(job);  // never empty here: the pipeline keeps as many in flight as there are jobs
    const Handed piece(job->order);
    if (reading.next(*job)) return job;
    flow.stop();
    return nullptr;
  };
  const auto parse = [&](Job* job) {
    any_start.take();
    const Handed piece(job->order);
    job->rows = job->chunk.too_long
                    ? ParsedRows{}
                    : parsers.local().parse(job->chunk.text(), job->columns.get(), job->header);
    if (format.hash_bits > 0) hash_features(job->rows.block, format.shift, format.hash_bits);
    return job;
  };
  const auto take = [&](Job* job) {
    any_start.take();
    const Handed in_turn(order.taking);
    {
      const Handed piece(job->order);
      consume(*job);
    }
    idle.push(job);
  };
  using tbb::filter_mode;
  any_start.give();
  tbb::parallel_pipeline(in_flight,
                         tbb::make_filter<void, Job*>(filter_mode::serial_in_order, std::ref(read)) &
                             tbb::make_filter<Job*, Job*>(filter_mode::parallel, std::ref(parse)) &
                             tbb::make_filter<Job*, void>(filter_mode::serial_in_order, std::ref(take)));
}

}  // namespace

std::string shown(const std::string& path) { return path == "-" ? "<stdin>" : path; }

DataError too_long_error(const Chunk& chunk, const ChunkSizes& sizes, std::string file, std::uint64_t line) {
  std::size_t caret = 0;
  std::string start = excerpt(chunk.text(), 0, caret);
  return DataError(
      Place{std::move(file), line, 1},
      "expected a line of at most " + std::to_string(sizes.longest_line >> 20) + " MiB, found a longer one",
      std::move(start), caret);
}

std::uint64_t parse_pieces(const std::vector<std::string>& files, const RowFormat& format,
                           const ChunkSizes& sizes, const std::function<void(ParsedPiece&)>& consume,
                           const ReadPosition& position) {
  Reading reading(files, format, sizes, position);
  run_pipeline(format, reading, consume);
  return reading.position();
}

void read_pieces(const std::vector<std::string>& files, const RowFormat& format, const ChunkSizes& sizes,
                 ReadReport& report, const std::function<void(ParsedRows&&)>& consume,
                 const ReadPosition& position) {
  Consuming consuming(files, format, sizes, report, consume);
  const auto take = [&](ParsedPiece& piece) { consuming.take(piece); };
  const std::uint64_t taken = parse_pieces(files, format, sizes, take, position);
  consuming.finish_files(files.size());
  report.compressed_bytes += taken;
}

}  // namespace sparselearn
