// The binary format, little-endian:
//   offset 0   8 bytes   magic 0x89 "SLMODEL"
//          8   u32       format version, 1
//         12   u32       0
//         16   u64       H: bytes of the header
//         24   u64       K: features with a nonzero weight
//         32   u64       outputs
//         40   H bytes   the "key value" lines of the text format
//       40+H   K u32     their 0-based indices, ascending
//              K*outputs doubles
//              u64       CRC-64 of everything before
#include <cmath>
#include <cstring>

#include "model/formats.hpp"
#include "sparselearn/base/checksum.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::model {
namespace {

constexpr std::size_t prefix_size = 40;

template <class T>
void append(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

template <class T>
T load(std::string_view bytes, std::uint64_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

[[noreturn]] void damaged(const std::string& path, std::uint64_t offset, const std::string& what) {
  throw DataError(Place{path}, "the model is damaged at byte " + std::to_string(offset) + ": " + what);
}

// Where the parts of a file are. The sizes are checked against the file before anything is believed or
// allocated.
struct Layout {
  std::uint64_t header_size, rows, outputs;
  std::uint64_t indices_at, weights_at, checksum_at;
};

Layout read_layout(std::string_view bytes, const std::string& path) {
  if (bytes.size() < prefix_size) damaged(path, bytes.size(), "the file ends within its first 40 bytes");
  const auto version = load<std::uint32_t>(bytes, 8);
  if (version != format_version)
    throw DataError(Place{path}, "the model has format version " + std::to_string(version) +
                                     "; this program reads version 1");
  Layout layout{};
  layout.header_size = load<std::uint64_t>(bytes, 16);
  layout.rows = load<std::uint64_t>(bytes, 24);
  layout.outputs = load<std::uint64_t>(bytes, 32);
  __extension__ using Wide = unsigned __int128;
  const Wide row_size = Wide{sizeof(std::uint32_t)} + Wide{sizeof(double)} * layout.outputs;
  const bool absurd =
      layout.rows > bytes.size() || layout.outputs > bytes.size();  // keeps the product in 128 bits
  const Wide size = Wide{prefix_size} + layout.header_size + row_size * layout.rows + sizeof(std::uint64_t);
  if (absurd || size != bytes.size())
    damaged(path, bytes.size(), "the file ends here, which is not the size its first bytes promise");
  layout.indices_at = prefix_size + layout.header_size;
  layout.weights_at = layout.indices_at + layout.rows * sizeof(std::uint32_t);
  layout.checksum_at = bytes.size() - sizeof(std::uint64_t);
  return layout;
}

void read_header(std::string_view bytes, const Layout& layout, const std::string& path, Model& model) {
  HeaderReader header;
  std::string_view rest = bytes.substr(prefix_size, layout.header_size);
  while (!rest.empty()) {
    const auto offset = static_cast<std::uint64_t>(rest.data() - bytes.data());
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) damaged(path, offset, "a line of the header does not end");
    if (const std::string wrong = header.take(rest.substr(0, end), model); !wrong.empty())
      damaged(path, offset, wrong);
    rest.remove_prefix(end + 1);
  }
  std::string wrong = header.finish(model);
  if (wrong.empty() && model.outputs != layout.outputs) wrong = "the header tells another number of outputs";
  if (wrong.empty()) wrong = allocate_weights(model);
  if (!wrong.empty()) damaged(path, prefix_size, wrong);
}

}  // namespace

std::string to_binary_format(const Model& model) {
  const std::string header = header_lines(model);
  std::string bytes(binary_magic);
  append(bytes, format_version);
  append(bytes, std::uint32_t{0});
  append(bytes, std::uint64_t{header.size()});
  append(bytes, nonzero_rows(model));
  append(bytes, std::uint64_t{model.outputs});
  bytes += header;
  for (std::uint64_t k = 0; k < model.held_rows(); ++k)
    if (!zero_row(model, k)) append(bytes, static_cast<std::uint32_t>(model.feature_of(k)));
  for (std::uint64_t k = 0; k < model.held_rows(); ++k)
    if (!zero_row(model, k))
      for (std::size_t c = 0; c < model.outputs; ++c) append(bytes, model.weights[k * model.outputs + c]);
  append(bytes, checksum(bytes));
  return bytes;
}

Model from_binary_format(std::string_view bytes, const std::string& path) {
  const Layout layout = read_layout(bytes, path);
  if (checksum(bytes.substr(0, layout.checksum_at)) != load<std::uint64_t>(bytes, layout.checksum_at))
    damaged(path, layout.checksum_at, "the checksum of what comes before does not match");
  Model model;
  read_header(bytes, layout, path, model);
  const std::uint64_t row_bytes = layout.outputs * sizeof(double);
  std::int64_t last = -1;
  for (std::uint64_t k = 0; k < layout.rows; ++k) {
    const std::uint64_t at = layout.indices_at + k * sizeof(std::uint32_t);
    const auto index = load<std::uint32_t>(bytes, at);
    if (index <= last || index >= model.features)
      damaged(path, at, "the indices do not ascend within the features");
    std::memcpy(&model.weights[index * model.outputs], bytes.data() + layout.weights_at + k * row_bytes,
                row_bytes);
    last = index;
  }
  for (std::uint64_t k = 0; k < layout.rows * layout.outputs; ++k) {
    const std::uint64_t at = layout.weights_at + k * sizeof(double);
    if (!std::isfinite(load<double>(bytes, at))) damaged(path, at, "a weight is not finite");
  }
  return model;
}

}  // namespace sparselearn::model
