#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <span>

#include "data/cache_format.hpp"
#include "sparselearn/base/checksum.hpp"
#include "sparselearn/base/error.hpp"

namespace sparselearn::cache {
namespace {

template <class T>
void copy_in(const HugeVector<T>& array, char* out) {
  if (!array.empty()) std::memcpy(out, array.data(), array.size() * sizeof(T));
}

template <class T>
HugeVector<T> copy_out(const char* bytes, std::uint64_t count) {
  HugeVector<T> array(count);
  if (count > 0) std::memcpy(array.data(), bytes, count * sizeof(T));
  return array;
}

// Bits are compared: -0 is not 0.
template <class Narrow>
bool holds(double label) {
  constexpr double least = static_cast<double>(std::numeric_limits<Narrow>::lowest());
  constexpr double most = static_cast<double>(std::numeric_limits<Narrow>::max());
  return label >= least && label <= most &&
         std::bit_cast<std::uint64_t>(static_cast<double>(static_cast<Narrow>(label))) ==
             std::bit_cast<std::uint64_t>(label);
}

std::uint32_t narrowest(const HugeVector<double>& labels) {
  if (std::all_of(labels.begin(), labels.end(), holds<std::int8_t>)) return 1;
  return std::all_of(labels.begin(), labels.end(), holds<float>) ? 4 : 8;
}

template <class Stored>
HugeVector<Stored> narrowed(const HugeVector<double>& labels) {
  HugeVector<Stored> out(labels.size());
  std::transform(labels.begin(), labels.end(), out.begin(), [](double y) { return static_cast<Stored>(y); });
  return out;
}

template <class Stored>
HugeVector<double> widened(const char* bytes, std::uint64_t count) {
  const auto stored = copy_out<Stored>(bytes, count);
  HugeVector<double> labels(count);
  std::transform(stored.begin(), stored.end(), labels.begin(),
                 [](Stored y) { return static_cast<double>(y); });
  return labels;
}

// Of the rows that begin at `offsets`.
HugeVector<std::uint32_t> lengths(const HugeVector<std::uint64_t>& offsets) {
  HugeVector<std::uint32_t> lengths(offsets.size() - 1);
  for (std::size_t r = 0; r < lengths.size(); ++r)
    lengths[r] = static_cast<std::uint32_t>(offsets[r + 1] - offsets[r]);
  return lengths;
}

template <class T>
std::size_t first_not_finite(const HugeVector<T>& numbers) {
  std::size_t found = 0;
  for (const T number : numbers) found += std::isfinite(number) ? 0 : 1;  // no branch: a vector at a time
  if (found == 0) return numbers.size();
  const auto at = std::find_if(numbers.begin(), numbers.end(), [](T x) { return !std::isfinite(x); });
  return static_cast<std::size_t>(at - numbers.begin());
}

// Takes a block apart and checks all that a checksum can not: a file may be hostile.
class Decoder {
 public:
  Decoder(std::string_view rest, const StoredBlock& stored, const std::string& path)
      : rest_(rest.data()), stored_(stored), at_(sections_of(stored)), path_(path) {}

  void decode(std::uint64_t features, std::uint32_t shift, RowBlock& block) const {
    read_lengths(block);
    read_labels(block);
    require_ascending(block, features);
    if (shift != 0)
      for (std::uint32_t& index : block.indices) index += shift;
    require_finite(block.values, at_.values, "a value is not finite");
    if (stored_.has_weights) read_weights(block);
  }

 private:
  [[noreturn]] void refuse(std::uint64_t at, const std::string& what) const {
    damaged(path_, stored_.offset + at, what);
  }

  const char* bytes(std::uint64_t section) const { return rest_ + (section - at_.lengths); }

  template <class T>
  void require_finite(const HugeVector<T>& numbers, std::uint64_t section,
                      const std::string& otherwise) const {
    if (const std::size_t bad = first_not_finite(numbers); bad < numbers.size())
      refuse(section + bad * sizeof(T), otherwise);
  }

  // Offsets, from lengths a row.
  HugeVector<std::uint64_t> summed(std::uint64_t section) const {
    const auto lengths = copy_out<std::uint32_t>(bytes(section), stored_.rows);
    HugeVector<std::uint64_t> offsets(stored_.rows + 1);
    offsets[0] = 0;
    for (std::size_t r = 0; r < lengths.size(); ++r) offsets[r + 1] = offsets[r] + lengths[r];
    return offsets;
  }

  void read_lengths(RowBlock& block) const {
    block.offsets = summed(at_.lengths);
    if (block.offsets.back() != stored_.nonzeros)
      refuse(at_.lengths, "the lengths of the rows do not add up to the nonzeros");
  }

  // Pairs of neighbours that do not ascend must all lie across the ends of rows; the last index of a row is
  // then its largest.
  void require_ascending(const RowBlock& block, std::uint64_t features) const {
    const std::uint32_t* const index = block.indices.data();
    const std::size_t pairs = std::max<std::size_t>(block.nonzeros(), 1) - 1;
    std::uint64_t descents = 0, allowed = 0;
    std::size_t from = 0;
    while (from < pairs) {  // counts of 32 bits fill more lanes
      const std::size_t end = std::min(pairs, from + (std::size_t{1} << 20));
      std::uint32_t found = 0;
      for (std::size_t k = from; k < end; ++k) found += index[k] >= index[k + 1] ? 1 : 0;
      descents += found;
      from = end;
    }
    for (std::size_t r = 0; r < block.rows(); ++r) {
      const std::uint64_t end = block.offsets[r + 1];
      if (end == block.offsets[r]) continue;
      if (index[end - 1] >= features)
        refuse(at_.indices + (end - 1) * sizeof *index, "an index is beyond the features");
      if (end < block.nonzeros() && index[end - 1] >= index[end]) ++allowed;
    }
    if (descents != allowed) refuse(at_.indices, "the indices of a row do not ascend");
  }

  void read_labels(RowBlock& block) const {
    const char* const stored = bytes(at_.labels);
    HugeVector<double>& labels = stored_.listed > 0 ? block.lists.labels : block.labels;
    labels = stored_.label_bytes == 1   ? widened<std::int8_t>(stored, stored_.labels())
             : stored_.label_bytes == 4 ? widened<float>(stored, stored_.labels())
                                        : widened<double>(stored, stored_.labels());
    if (const std::size_t bad = first_not_finite(labels); bad < labels.size())
      refuse(at_.labels + bad * stored_.label_bytes, "a label is not finite");
    if (stored_.listed > 0) read_lists(block);
  }

  void read_lists(RowBlock& block) const {
    block.labels.assign(stored_.rows, 0.0);
    block.lists.offsets = summed(at_.list_lengths);
    if (block.lists.offsets.back() != block.lists.labels.size())
      refuse(at_.list_lengths, "the lengths of the lists do not add up to the labels");
    for (std::size_t r = 0; r < block.rows(); ++r) {
      const std::span<const double> list = block.lists.row(r);
      if (std::adjacent_find(list.begin(), list.end(), std::greater_equal<>()) != list.end())
        refuse(at_.labels + block.lists.offsets[r] * stored_.label_bytes,
               "the labels of a row do not ascend");
    }
  }

  void read_weights(RowBlock& block) const {
    block.weights = copy_out<float>(bytes(at_.weights), stored_.rows);
    require_finite(block.weights, at_.weights, "a weight is not finite");
    const auto bad =
        std::find_if(block.weights.begin(), block.weights.end(), [](float weight) { return weight < 0; });
    if (bad != block.weights.end())
      refuse(at_.weights + static_cast<std::uint64_t>(bad - block.weights.begin()) * sizeof(float),
             "a weight is negative");
  }

  const char* rest_;  // the bytes of the block from the lengths on
  const StoredBlock& stored_;
  Sections at_;
  const std::string& path_;
};

}  // namespace

Sections sections_of(const StoredBlock& block) {
  std::uint64_t end = 0;
  const auto next = [&](std::uint64_t bytes) {
    const std::uint64_t begin = end;
    end += (bytes + alignment - 1) / alignment * alignment;
    return begin;
  };
  Sections at{};
  at.indices = next(block.nonzeros * sizeof(std::uint32_t));
  at.values = next(block.has_values ? block.nonzeros * sizeof(float) : 0);
  at.lengths = next(block.rows * sizeof(std::uint32_t));
  at.labels = next(block.labels() * block.label_bytes);
  at.list_lengths = next(block.listed > 0 ? block.rows * sizeof(std::uint32_t) : 0);
  at.weights = next(block.has_weights ? block.rows * sizeof(float) : 0);
  at.end = end;
  return at;
}

Encoded encode(const RowBlock& block) {
  Encoded encoded;
  StoredBlock& stored = encoded.stored;
  stored.rows = block.rows();
  stored.nonzeros = block.nonzeros();
  const HugeVector<double>& labels = block.lists.empty() ? block.labels : block.lists.labels;
  stored.listed = block.lists.empty() ? 0 : labels.size() + 1;
  stored.label_bytes = narrowest(labels);
  stored.has_values = block.values.empty() ? 0 : 1;
  stored.has_weights = block.weights.empty() ? 0 : 1;
  const Sections at = sections_of(stored);
  encoded.bytes.assign(at.end, '\0');
  char* const out = encoded.bytes.data();
  copy_in(block.indices, out + at.indices);
  copy_in(block.values, out + at.values);
  copy_in(lengths(block.offsets), out + at.lengths);
  if (stored.label_bytes == 1) copy_in(narrowed<std::int8_t>(labels), out + at.labels);
  if (stored.label_bytes == 4) copy_in(narrowed<float>(labels), out + at.labels);
  if (stored.label_bytes == 8) copy_in(labels, out + at.labels);
  if (stored.listed > 0) copy_in(lengths(block.lists.offsets), out + at.list_lengths);
  copy_in(block.weights, out + at.weights);
  stored.checksum = checksum_of(stored, {encoded.bytes.data(), encoded.bytes.size()});
  return encoded;
}

std::uint64_t checksum_of(std::string_view indices, std::string_view values, std::string_view rest) {
  const std::uint64_t sums[] = {fast_checksum(indices), fast_checksum(values), fast_checksum(rest)};
  return fast_checksum({reinterpret_cast<const char*>(sums), sizeof sums});
}

std::uint64_t checksum_of(const StoredBlock& stored, std::string_view bytes) {
  const Sections at = sections_of(stored);
  return checksum_of(bytes.substr(at.indices, stored.nonzeros * sizeof(std::uint32_t)),
                     bytes.substr(at.values, stored.has_values ? stored.nonzeros * sizeof(float) : 0),
                     bytes.substr(at.lengths, at.end - at.lengths));
}

void decode(std::string_view rest, const StoredBlock& stored, std::uint64_t features, std::uint32_t shift,
            const std::string& path, RowBlock& block) {
  Decoder(rest, stored, path).decode(features, shift, block);
}

}  // namespace sparselearn::cache
