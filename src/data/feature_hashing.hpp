// The hashing trick (Weinberger, Dasgupta, Langford, Smola & Attenberg 2009): feature t of the text becomes
//   h(t) mod 2^bits,   h MurmurHash3's 32-bit finaliser (Appleby 2011),
// and values that meet in one feature are added. Without the paper's random signs, so that rows of ones stay
// rows of ones where nothing meets.
#pragma once
#include <cstdint>

#include "sparselearn/data/row_block.hpp"

namespace sparselearn {

/// The hashed feature, in [0, 2^bits), of an index as it stands in the text; bits from 1 to 31.
std::uint32_t hashed_feature(std::uint32_t index, unsigned bits);

/// Replaces every index of the block; `shift` is what text has beyond the stored index. Rows stay sorted. A
/// sum too large for a float becomes the largest float.
void hash_features(RowBlock& block, std::uint32_t shift, unsigned bits);

}  // namespace sparselearn
