// MurmurHash3 for 32-bit x86 (Appleby 2010, public domain), with which Vowpal Wabbit hashes names.
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sparselearn {

/// Its last step, which lets every bit reach every other.
inline std::uint32_t murmur_mix(std::uint32_t hash) {
  hash = (hash ^ hash >> 16) * 0x85ebca6bU;
  hash = (hash ^ hash >> 13) * 0xc2b2ae35U;
  return hash ^ hash >> 16;
}

inline std::uint32_t murmur_hash(std::string_view text, std::uint32_t seed) {
  const auto scramble = [](std::uint32_t k) { return std::rotl(k * 0xcc9e2d51U, 15) * 0x1b873593U; };
  std::uint32_t hash = seed;
  std::size_t at = 0;
  for (; at + 4 <= text.size(); at += 4) {
    std::uint32_t four = 0;
    std::memcpy(&four, text.data() + at, 4);
    hash = std::rotl(hash ^ scramble(four), 13) * 5 + 0xe6546b64U;
  }
  std::uint32_t rest = 0;
  for (std::size_t k = text.size(); k > at; --k) rest = rest << 8 | static_cast<unsigned char>(text[k - 1]);
  return murmur_mix(hash ^ scramble(rest) ^ static_cast<std::uint32_t>(text.size()));
}

}  // namespace sparselearn
