#include "sparselearn/engine/row_parts.hpp"

#include <algorithm>

namespace sparselearn {
namespace {

// A row costs its nonzeros and a little for itself.
constexpr std::uint64_t row_cost = 8;

}  // namespace

std::vector<RowPart> cut_rows(const Dataset& data, std::size_t parts) {
  const std::uint64_t total = data.nonzeros() + row_cost * data.rows();
  parts = std::max<std::size_t>(1, parts);
  std::vector<RowPart> result(1);
  std::uint64_t done = 0;   // cost of all rows placed so far
  std::uint64_t first = 0;  // their number
  for (std::uint32_t b = 0; b < data.blocks().size(); ++b) {
    data.relieve();
    const RowBlock& block = data.blocks()[b];
    const auto rows = static_cast<std::uint32_t>(block.rows());
    const auto cost = [&](std::uint32_t r) { return block.offsets[r] + row_cost * r; };
    for (std::uint32_t begin = 0; begin < rows;) {
      // This part ends where the running cost reaches its share.
      const std::uint64_t share = total / parts * result.size() + total % parts * result.size() / parts;
      const std::uint64_t room = share > done ? share - done : 0;
      std::uint32_t low = begin, high = rows;
      while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        if (cost(middle) - cost(begin) < room)
          low = middle + 1;
        else
          high = middle;
      }
      const std::uint32_t end = result.size() == parts ? rows : std::min(rows, low);
      if (end > begin) {
        result.back().push_back({b, begin, end, first});
        first += end - begin;
        done += cost(end) - cost(begin);
        begin = end;
      }
      if (begin < rows) result.emplace_back();
    }
  }
  std::erase_if(result, [](const RowPart& part) { return part.empty(); });
  if (result.empty()) result.emplace_back();
  return result;
}

std::size_t parts_for_gradient(const Dataset& data, std::size_t dimension) {
  constexpr std::uint64_t worth_a_thread = 20000, most = 64;
  const std::uint64_t work = data.nonzeros() + row_cost * data.rows();
  const std::uint64_t by_sum = std::max<std::uint64_t>(2, work / (4 * std::max<std::size_t>(1, dimension)));
  return static_cast<std::size_t>(
      std::clamp<std::uint64_t>(std::min(work / worth_a_thread, by_sum), 1, most));
}

}  // namespace sparselearn
