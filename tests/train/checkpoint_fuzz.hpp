// One body for the fuzzer and the unit tests: bytes read as a checkpoint are refused, or give one that holds
// no more than they do.
#pragma once
#include <cstring>
#include <string>

#include "sparselearn/base/checksum.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/train/checkpoint.hpp"
#include "support/memory_file.hpp"

/// The bytes with a prefix and a checksum that hold, or else no fuzzer would get past them.
inline std::string resealed_checkpoint(std::string bytes) {
  constexpr std::size_t prefix = 24;
  if (bytes.size() < prefix + 8) return bytes;
  const std::uint32_t version = 1;
  const std::uint64_t body = bytes.size() - prefix - 8;
  bytes.replace(0, 8, "\x89SLCHECK");
  std::memcpy(bytes.data() + 8, &version, sizeof version);
  std::memcpy(bytes.data() + 16, &body, sizeof body);
  const std::uint64_t sum = sparselearn::checksum(std::string_view(bytes).substr(0, bytes.size() - 8));
  std::memcpy(bytes.data() + bytes.size() - 8, &sum, sizeof sum);
  return bytes;
}

/// Reads the bytes, with a checksum that holds. "" when all is well, refusal included.
inline std::string checkpoint_fault(const std::string& bytes, bool* was_read = nullptr) {
  using namespace sparselearn;
  Checkpoint checkpoint;
  try {
    checkpoint = read_checkpoint(MemoryFile(resealed_checkpoint(bytes)).path());
  } catch (const DataError&) {
    return "";
  }
  if (was_read) *was_read = true;
  std::size_t size = 0;
  for (const std::vector<Setting>* settings : {&checkpoint.options, &checkpoint.inputs})
    for (const Setting& setting : *settings) size += 16 + setting.name.size() + setting.value.size();
  for (const std::string& run : checkpoint.runs) size += 8 + run.size();
  require_same(checkpoint.options, checkpoint.options, "");
  return size <= bytes.size() ? "" : "holds more than the file";
}
