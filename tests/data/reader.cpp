// Files, directories, index bases, streams, threads: everything around the parser.
#include "sparselearn/data/reader.hpp"

#include <doctest/doctest.h>
#include <tbb/global_control.h>

#include <atomic>
#include <filesystem>
#include <string>

#include "data/read_pipeline.hpp"
#include "gzip_text.hpp"
#include "same_blocks.hpp"
#include "sparselearn/base/random.hpp"
#include "temporary_file.hpp"

using namespace sparselearn;
using IndexBase = ReadOptions::IndexBase;

namespace {

std::string rows_of_text(std::size_t rows, std::uint64_t first_index = 1) {
  Random random(5);
  std::string text;
  for (std::size_t r = 0; r < rows; ++r) {
    text += std::to_string(r % 3);
    std::uint64_t index = first_index;
    for (std::uint64_t k = random.below(12); k > 0; --k) {
      text += " " + std::to_string(index) + ":" + (r % 7 == 0 ? "0.5" : "1");
      index += 1 + random.below(300);
    }
    text += "\n";
  }
  return text;
}

Dataset read(const std::vector<std::string>& paths, const ReadOptions& options = {}) {
  ReadReport report;
  return read_dataset(paths, options, report);
}

Dataset read_text(const std::string& text, const ReadOptions& options = {}) {
  const TemporaryDirectory directory;
  return read({directory.file("text", text)}, options);
}

Dataset read_in_chunks(const std::string& path, std::size_t chunk, const ReadOptions& options = {}) {
  ReadReport report;
  ChunkSizes sizes;
  sizes.chunk = chunk;
  return read_dataset({path}, options, report, {}, sizes);
}

ReadOptions with_base(IndexBase base) {
  ReadOptions options;
  options.index_base = base;
  return options;
}

std::string failure(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("rows as short as rows can be, of labels alone") {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += i % 3 == 0 ? "1\n" : i % 3 == 1 ? "0\n" : "1 1:2\n";
  const TemporaryDirectory directory;
  ReadReport report;
  const Dataset data = read_dataset({directory.file("short", text)}, {}, report);
  REQUIRE(data.rows() == 50'000);
  CHECK(data.nonzeros() == 16'666);
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < data.rows(); ++i) {
    wrong += data.label(data.place(i)) != (i % 3 == 1 ? 0 : 1);
    wrong += data.row(data.place(i)).size != (i % 3 == 2 ? 1U : 0U);
  }
  CHECK(wrong == 0);
}

TEST_CASE("one small file, entry by entry") {
  const Dataset data =
      read_text("+1 1:0.5 3:-2 # note\r\n\n-1.5e1\t2:1e-3  4:.25\n# c\n0 3:0 9:0\n7 qid:3 2:+4.");
  REQUIRE(data.rows() == 4);
  CHECK(data.nonzeros() == 5);
  CHECK(data.features() == 9);  // index 9 counts, its 0 is not stored
  CHECK(data.index_base() == 1);
  CHECK(data.label({0, 0}) == 1);
  CHECK(data.label({0, 1}) == -15);
  CHECK(data.row({0, 0}).index[1] == 2);
  CHECK(data.row({0, 0}).value[1] == -2);
  CHECK(data.row({0, 1}).value[0] == 1e-3F);
  CHECK(data.row({0, 2}).size == 0);
  CHECK(data.row({0, 3}).value[0] == 4);
  CHECK(squared_norm(data.row({0, 0})) == 4.25);
}

TEST_CASE("values that are all 1 are not stored, whatever their spelling") {
  CHECK(read_text("1 1:1 2:1.0 3:10e-1 4:0\n").blocks()[0].values.empty());
  CHECK(read_text("1 1:1 2:1.5\n").blocks()[0].values.size() == 2);
  CHECK(squared_norm(read_text("1 1:1 2:1\n").row({0, 0})) == 2);
}

TEST_CASE("values too small for a float are denormal or 0") {
  const Dataset data = read_text("1 1:1e-40 2:1e-50 3:1e-400\n");
  CHECK(data.nonzeros() == 1);
  CHECK(data.row({0, 0}).value[0] == 1e-40F);
  CHECK(data.features() == 3);
}

TEST_CASE("automatic index base is 0 as soon as an index is 0, wherever it is") {
  const std::string from_one = rows_of_text(3000, 1), late_zero = from_one + "1 0:1 5:2\n";
  const TemporaryDirectory directory;
  const std::string path = directory.file("text", late_zero);
  for (const std::size_t chunk : {std::size_t{100}, std::size_t{1} << 20}) {
    const Dataset automatic = read_in_chunks(path, chunk),
                  zero = read_in_chunks(path, chunk, with_base(IndexBase::zero));
    CHECK(automatic.index_base() == 0);
    CHECK(same_blocks(automatic, zero));
    CHECK(automatic.row(automatic.place(3000)).index[0] == 0);
  }
  CHECK(read_text(from_one).index_base() == 1);
  CHECK(same_blocks(read_text(from_one), read_text(from_one, with_base(IndexBase::one))));
  CHECK(read_text("1 0:1\n", with_base(IndexBase::zero)).features() == 1);
  CHECK(read_text("1 1:1\n", with_base(IndexBase::zero)).features() == 2);
}

TEST_CASE("the largest index: 4294967295 from 1, 4294967294 from 0") {
  CHECK(read_text("1 4294967295:1\n").features() == 4294967295);
  CHECK(read_text("1 4294967294:1\n", with_base(IndexBase::zero)).features() == 4294967295);
  CHECK(failure([] { read_text("1 4294967295:1\n", with_base(IndexBase::zero)); }) != "");
  CHECK(failure([] { read_text("1 4294967295:1\n1 0:1\n"); }) ==
        "index 4294967295 is beyond 4294967294, the largest in text that starts at index 0");
  ReadOptions few;
  few.max_index = 9;
  CHECK(read_text("1 10:1\n", few).features() == 10);
  CHECK(failure([&] { read_text("1 11:1\n", few); }) != "");
  CHECK(failure([&] { read_text("1 0:1 10:1\n", few); }) != "");
}

TEST_CASE("unsorted rows are sorted and duplicates summed when asked for") {
  ReadOptions options;
  options.unsorted = true;
  const Dataset data = read_text("1 5:1 2:0.5 5:2 3:1 2:-0.5\n2 1:1\n", options);
  CHECK(data.features() == 5);
  const RowView row = data.row({0, 0});
  REQUIRE(row.size == 2);  // the two halves of index 2 cancel
  CHECK(row.index[0] == 2);
  CHECK(row.index[1] == 4);
  CHECK(row.value[1] == 3);
  const Dataset from_zero = read_text("1 5:1 0:2\n", options);
  CHECK(from_zero.row({0, 0}).index[0] == 0);
  CHECK(from_zero.row({0, 0}).value[0] == 2);
  CHECK(failure([&] { read_text("1 1:3e38 1:3e38\n", options); })
            .ends_with("1:1: error: expected finite values, found an index whose values add up beyond a "
                       "32-bit float"));
}

TEST_CASE("the rows are the same for all sizes of the pieces, and the blocks for all numbers of threads") {
  const TemporaryDirectory directory;
  const std::string text = rows_of_text(4000);
  const std::string path = directory.file("text", text);
  const Dataset whole = read({path});
  CHECK(whole.rows() == 4000);
  for (const std::size_t chunk : {16U, 17U, 100U, 1000U, 4096U, 100'000U}) {
    CAPTURE(chunk);
    const Dataset pieces = read_in_chunks(path, chunk);
    CHECK(same_rows(pieces, whole));
    for (const std::size_t threads : {1U, 2U, 5U}) {
      const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
      CHECK(same_blocks(read_in_chunks(path, chunk), pieces));
    }
  }
}

TEST_CASE("the first bad line in the order of the text is named, whatever the number of threads") {
  const TemporaryDirectory directory;
  std::string text = rows_of_text(2000);
  text += "1 7:x\n" + rows_of_text(10) + "bad\n" + rows_of_text(2000);
  const std::string path = directory.file("text", text);
  for (int repeat = 0; repeat < 20; ++repeat)
    CHECK(failure([&] { read_in_chunks(path, 256); }) ==
          path + ":2001:5: error: expected a number as value, found 'x'");
}

TEST_CASE("a byte order mark is passed over") {
  CHECK(read_text("\xef\xbb\xbf+1 1:1\n").label({0, 0}) == 1);
  CHECK(failure([] { read_text("1 1:1\n\xef\xbb\xbf+1 1:1\n"); }) != "");
}

TEST_CASE("several files and directories are one data set, each file with its own line numbers") {
  const TemporaryDirectory directory;
  const std::string text = rows_of_text(50);
  directory.file("b", text);
  directory.file("a.gz", gzip(rows_of_text(20)));
  directory.file(".hidden", "not data");
  std::filesystem::create_directory(directory.path() + "/sub");
  const TemporaryDirectory other;
  const std::string no_newline = other.file("c", "5 1:1");
  ReadReport report;
  const Dataset data = read_dataset({directory.path(), no_newline, no_newline}, {}, report);
  CHECK(data.rows() == 72);
  CHECK(data.label(data.place(71)) == 5);
  CHECK(report.lines == 72);
  CHECK(expand_paths({directory.path(), "-"}) ==
        std::vector<std::string>{directory.path() + "/a.gz", directory.path() + "/b", "-"});
  const std::string bad = other.file("d", "1\n2\nx\n");
  CHECK(failure([&] {
          read({directory.path(), bad});
        }) == bad + ":3:1: error: expected a number as label, found 'x'");
  const std::string empty = other.file("e", "");
  CHECK(failure([&] {
          read({directory.path(), empty, bad});
        }) == empty + ": error: no rows: the file is empty");
}

TEST_CASE("what can not be read is an I/O error with the system's reason") {
  const TemporaryDirectory directory;
  const std::string missing = directory.path() + "/missing";
  const auto code = [](const std::string& path) {
    try {
      read({path});
    } catch (const IoError& error) {
      CHECK(error.code() == ExitCode::failure);
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(code(missing) == "cannot read " + missing + ": No such file or directory");
  CHECK(code("/proc/self/mem") == "cannot read /proc/self/mem: Input/output error");
  CHECK(failure([&] { read({directory.path()}); }) ==
        directory.path() + ": error: no data: the directory holds no files");
}

TEST_CASE("a line longer than allowed is refused without reading it all") {
  const TemporaryDirectory directory;
  std::string text = "1 1:1\n1";
  while (text.size() < 3'000'000) text += " 1:1";
  const std::string path = directory.file("text", text);
  ReadReport report;
  ChunkSizes sizes;
  sizes.chunk = 4096;
  sizes.longest_line = std::size_t{1} << 20;
  std::uint64_t done = 0;
  const auto watch = [&](std::uint64_t position, std::uint64_t) {
    done = position;
    return true;
  };
  CHECK(failure([&] { read_dataset({path}, {}, report, watch, sizes); }) ==
        path + ":2:1: error: expected a line of at most 1 MiB, found a longer one");
  CHECK(done < 2'000'000);
}

TEST_CASE("a stream gives the blocks of the data set, one after the other") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("text", rows_of_text(3000));
  ChunkSizes sizes;
  sizes.chunk = 5000;
  ReadReport report;
  Dataset streamed;
  std::atomic<int> inside = 0;
  const auto consume = [&](RowBlock&& block) {
    CHECK(++inside == 1);
    streamed.append(std::move(block));
    --inside;
  };
  read_stream({path}, {}, report, consume, {}, sizes);
  const Dataset whole = read_in_chunks(path, 5000);
  CHECK(same_blocks(streamed, whole));
  CHECK(report.rows == 3000);
  CHECK(report.features == whole.features());
  CHECK(report.nonzeros == whole.nonzeros());
  CHECK(
      failure([&] { read_stream({directory.file("zero", "1 1:1\n1 0:1\n")}, {}, report, [](RowBlock&&) {}); })
          .ends_with("zero:2:3: error: expected indices from 1, found index 0 (--index-base 0 reads files "
                     "that start at 0)"));
}

TEST_CASE("progress is told, and can stop the reading") {
  const TemporaryDirectory directory;
  const std::string text = rows_of_text(3000);
  const std::string path = directory.file("text", text);
  ReadReport report;
  std::uint64_t last = 0, total = 0;
  read_dataset({path}, {}, report, [&](std::uint64_t done, std::uint64_t all) {
    CHECK(done >= last);
    last = done;
    total = all;
    return true;
  });
  CHECK(last == text.size());
  CHECK(total == text.size());
  try {
    read_dataset({path}, {}, report, [](std::uint64_t, std::uint64_t) { return false; });
    FAIL("not stopped");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::interrupted);
  }
}

TEST_CASE("qid: is ignored and reported") {
  const TemporaryDirectory directory;
  ReadReport report;
  const Dataset data = read_dataset({directory.file("text", "1 qid:7 1:2\n2 1:1\n")}, {}, report);
  CHECK(report.saw_qid);
  CHECK(data.nonzeros() == 2);
  read_dataset({directory.file("text", "1 1:2\n")}, {}, report);
  CHECK(!report.saw_qid);
}

// 8 bytes a nonzero, 4 where all are 1, and 16 a row, with 15 % to spare.
TEST_CASE("memory after loading stays within the bound") {
  const TemporaryDirectory directory;
  for (const bool ones : {true, false}) {
    std::string text;
    for (int r = 0; r < 60'000; ++r) {
      text += "1";
      for (int k = 1; k <= 10; ++k) text += " " + std::to_string(k * 7) + (ones ? ":1" : ":0.5");
      text += "\n";
    }
    const Dataset data = read({directory.file("text", text)});
    const double bound =
        static_cast<double>(data.nonzeros()) * (ones ? 4 : 8) + static_cast<double>(data.rows()) * 16;
    CHECK(static_cast<double>(data.memory()) <= 1.15 * bound);
  }
}
