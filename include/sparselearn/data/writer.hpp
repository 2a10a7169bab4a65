// From row blocks to LIBSVM text, plain or gzip.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "sparselearn/data/dataset.hpp"

namespace sparselearn {

struct TextFormat {
  int index_base = 1;  // of the indices written: 0 or 1
  bool gzip = false;   // each block a gzip member of its own
};

/// Takes pieces of the output, in order.
using TextSink = std::function<void(std::string_view)>;

/// Appends the rows as text, "label index:value ...\n" or "label,label index:value ...\n", with the shortest
/// decimals that read back to the same numbers. Weights are not written.
void append_text(const RowBlock& block, int index_base, std::string& out);

/// The rows in the given format: text, or a gzip member that holds it.
std::string block_text(const RowBlock& block, const TextFormat& format);

/// Writes all rows; blocks are formatted in parallel. Same bytes on any number of threads.
void write_text(const Dataset& data, const TextFormat& format, const TextSink& sink);

/// `text` as one gzip member.
std::string gzip_member(std::string_view text);

}  // namespace sparselearn
