// Rows of text in a syntax of its own: read, refused, told.
#pragma once
#include <doctest/doctest.h>

#include <string>

#include "data/read_pipeline.hpp"
#include "sparselearn/base/error.hpp"
#include "temporary_file.hpp"

namespace sparselearn::tests {

inline Dataset rows_of(const std::string& text, const ReadOptions& options,
                       std::size_t chunk = std::size_t{1} << 18) {
  const TemporaryDirectory directory;
  ReadReport report;
  ChunkSizes sizes;
  sizes.chunk = chunk;
  return read_dataset({directory.file("text", text)}, options, report, {}, sizes);
}

/// The message of the DataError that reading must end in, without the file's name.
inline std::string complaint_about(const std::string& text, const ReadOptions& options) {
  const TemporaryDirectory directory;
  ReadReport report;
  const std::string path = directory.file("text", text);
  try {
    read_dataset({path}, options, report);
  } catch (const DataError& error) {
    // CSV is also refused as a whole, without a line to show.
    if (options.syntax != TextSyntax::csv || !error.excerpt().empty())
      CHECK(error.excerpt().size() > error.caret() - (error.caret() > 0 ? 1 : 0));
    return std::string(error.what()).substr(path.size());
  }
  return "it was accepted";
}

/// "INDEX:VALUE ..." of a row, values cut to four characters.
inline std::string row_text(const Dataset& data, std::uint64_t number) {
  const RowView row = data.row(data.place(number));
  std::string text;
  for (std::size_t k = 0; k < row.size; ++k)
    text += (k > 0 ? " " : "") + std::to_string(row.index[k]) + ":" +
            std::to_string(row.value_at(k)).substr(0, 4);
  return text;
}

}  // namespace sparselearn::tests
