// The checkpoint's format, little-endian:
//   offset 0   8 bytes   magic 0x89 "SLCHECK"
//          8   u32       format version, 1
//         12   u32       0
//         16   u64       B: bytes of the body
//         24   B bytes   body: the program's version; the options, then the inputs, each as S and S
//                     times name, value; R and R runs
//       24+B   u64       CRC-64 of everything before
// In the body numbers are u64, and texts and runs are a u64 and so many bytes.
#include "sparselearn/train/checkpoint.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "sparselearn/base/archive.hpp"
#include "sparselearn/base/checksum.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/input_file.hpp"
#include "sparselearn/base/output_file.hpp"

namespace sparselearn {
namespace {

constexpr std::string_view magic = "\x89SLCHECK";
constexpr std::uint32_t format_version = 1;
constexpr std::size_t prefix_size = 24, checksum_size = 8;

struct Prefix {
  std::uint32_t version = format_version, zero = 0;
  std::uint64_t body = 0;
  void state(Archive& archive) { archive(version)(zero)(body); }
};

[[noreturn]] void damaged(const std::string& path, std::uint64_t offset, const std::string& what) {
  throw DataError(Place{path}, "the checkpoint is damaged at byte " + std::to_string(offset) + ": " + what);
}

// The file but for the runs, which are written from where they are.
std::string settings_bytes(const Checkpoint& checkpoint) {
  Archive body;
  std::string version = SPARSELEARN_VERSION;
  body(version);
  for (const std::vector<Setting>* settings : {&checkpoint.options, &checkpoint.inputs}) {
    std::uint64_t count = settings->size();
    body(count);
    for (Setting setting : *settings) body(setting.name)(setting.value);
  }
  std::uint64_t count = checkpoint.runs.size();
  body(count);
  return std::move(body).bytes();
}

std::string size_bytes(std::uint64_t size) {
  Archive archive;
  archive(size);
  return archive.bytes();
}

// Throws DataError unless magic, version, size and checksum are right.
void check_whole(std::string_view bytes, const std::string& path) {
  if (!bytes.starts_with(magic.substr(0, bytes.size()))) damaged(path, 0, "it does not begin as one");
  if (bytes.size() < prefix_size) damaged(path, bytes.size(), "the file ends within its first 24 bytes");
  Archive archive{std::string(bytes.substr(magic.size(), prefix_size - magic.size()))};
  Prefix prefix;
  prefix.state(archive);
  if (prefix.version != format_version)
    throw DataError(Place{path}, "the checkpoint has format version " + std::to_string(prefix.version) +
                                     " at byte " + std::to_string(magic.size()) +
                                     "; this program reads version 1");
  const std::size_t least = prefix_size + checksum_size;
  if (bytes.size() < least || prefix.body != bytes.size() - least)
    damaged(path, bytes.size(), "the file ends here, which is not the size its first bytes promise");
  const std::size_t at = bytes.size() - checksum_size;
  if (!bytes.ends_with(size_bytes(checksum(bytes.substr(0, at)))))
    damaged(path, at, "the checksum of what comes before does not match");
}

// So many of something that takes at least 8 bytes each.
std::uint64_t read_count(Archive& body, std::size_t size) {
  std::uint64_t count = 0;
  body(count);
  if (count > size / sizeof(count)) throw DataError("there are not so many entries");
  return count;
}

Checkpoint read_body(Archive& body, std::size_t size, std::string& version) {
  Checkpoint checkpoint;
  body(version);
  for (std::vector<Setting>* settings : {&checkpoint.options, &checkpoint.inputs}) {
    settings->resize(read_count(body, size));
    for (Setting& setting : *settings) body(setting.name)(setting.value);
  }
  checkpoint.runs.resize(read_count(body, size));
  for (std::string& run : checkpoint.runs) body(run);
  if (!body.exhausted()) throw DataError("there is more than what was announced");
  return checkpoint;
}

template <class Array>
std::uint64_t checksum_of(const Array& array, std::uint64_t before) {
  const std::string_view bytes(reinterpret_cast<const char*>(array.data()),
                               array.size() * sizeof(typename Array::value_type));
  // The size tells arrays apart that say the same bytes in other pieces.
  return checksum(bytes, checksum(size_bytes(array.size()), before));
}

}  // namespace

void write_checkpoint(const Checkpoint& checkpoint, const std::string& path) {
  const std::string settings = settings_bytes(checkpoint);
  Prefix prefix;
  prefix.body = settings.size();
  for (const std::string& run : checkpoint.runs) prefix.body += sizeof(std::uint64_t) + run.size();
  Archive numbers;
  prefix.state(numbers);
  OutputFile file(path);
  std::uint64_t crc = 0;
  const auto write = [&](std::string_view bytes) {
    file.write(bytes);
    crc = checksum(bytes, crc);
  };
  write(magic);
  write(numbers.bytes());
  write(settings);
  for (const std::string& run : checkpoint.runs) {
    write(size_bytes(run.size()));
    write(run);
  }
  file.write(size_bytes(crc));
  file.commit();
}

Checkpoint read_checkpoint(const std::string& path) {
  std::string bytes = read_file(path);
  check_whole(bytes, path);
  bytes.resize(bytes.size() - checksum_size);
  const std::size_t size = bytes.size() - prefix_size;
  Archive body(bytes.substr(prefix_size));
  Checkpoint checkpoint;
  std::string version;
  try {
    checkpoint = read_body(body, size, version);
  } catch (const DataError& error) {
    damaged(path, prefix_size + body.position(), error.what());
  }
  if (version != SPARSELEARN_VERSION)  // another may keep other things of a run
    throw DataError(Place{path}, "the checkpoint was written by sparselearn " + version +
                                     ", this is sparselearn " SPARSELEARN_VERSION
                                     "; resume with that version, or start anew without --resume");
  return checkpoint;
}

void require_same(const std::vector<Setting>& then, const std::vector<Setting>& now,
                  const std::string& path) {
  const auto refuse = [&](const std::string& difference) {
    throw UsageError("the checkpoint " + path + " is of another run: " + difference +
                     "; give what that run was given, or start anew without --resume");
  };
  for (std::size_t k = 0; k < std::max(then.size(), now.size()); ++k) {
    if (k >= then.size() || k >= now.size() || then[k].name != now[k].name)
      refuse("it depends on other options");
    if (then[k].value != now[k].value)
      refuse(now[k].name + " was " + then[k].value + " there and is " + now[k].value + " here");
  }
}

std::uint64_t checksum(const Dataset& data) {
  std::uint64_t crc = 0;
  for (const RowBlock& block : data.blocks()) {
    crc = checksum_of(block.offsets, crc);
    crc = checksum_of(block.indices, crc);
    crc = checksum_of(block.values, crc);
    crc = checksum_of(block.labels, crc);
    crc = checksum_of(block.lists.offsets, checksum_of(block.lists.labels, crc));
    crc = checksum_of(block.weights, crc);
  }
  return crc;
}

}  // namespace sparselearn
