// The Schubfach way to render doubles (Giulietti 2021). A finite v = c 2^q is the centre of the interval
// of all reals that round to it, from (c - 1/2) 2^q to (c + 1/2) 2^q, ends included for even c. With
// 10^k <= 2^q < 10^(k+1) the interval holds at most one multiple of 10^(k+1) and at least one of 10^k; the
// result is that one multiple of 10^(k+1), or else the multiple of 10^k in the interval that is nearest to v.
// Four times c and its neighbours times 2^q 10^-k are compared as integers, rounded to odd: floor, with the
// last bit set where anything was cut off, orders like the exact numbers do.
//
// Whether the ends are included never matters for q <= 0: an end has 1 - q binary places, more than the -k of
// any multiple of 10^k.
//
// Here 0 <= -k <= 55, where 5^-k fits into 128 bits and is exact, no table of rounded powers is needed: that
// is 2^-130 < |v| < 2^53. All other numbers, and powers of two, whose interval is not symmetric, go to
// std::to_chars.
#include "base/shortest_decimal.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace sparselearn {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr int most_tens = 55;

// 10^n, shifted so that the highest of 128 bits is set: 5^n has floor(log2(10^n)) - n + 1 bits.
constexpr std::array<Wide, most_tens + 1> tens = [] {
  std::array<Wide, most_tens + 1> powers{};
  Wide five = 1;
  for (auto& power : powers) {
    power = five;
    while (power >> 127 == 0) power <<= 1;
    five *= 5;
  }
  return powers;
}();

constexpr int floor_log2_of_ten_to(int n) { return (n * 1741647) >> 19; }   // |n| <= 1233
constexpr int floor_log10_of_two_to(int q) { return (q * 1262611) >> 22; }  // |q| <= 1650

// floor(power x / 2^128), the last bit set where the division leaves a rest.
std::uint64_t round_to_odd(Wide power, std::uint64_t x) {
  const Wide low = static_cast<Wide>(static_cast<std::uint64_t>(power)) * x;
  const Wide high = static_cast<Wide>(static_cast<std::uint64_t>(power >> 64)) * x + (low >> 64);
  const bool rest = (static_cast<std::uint64_t>(high) | static_cast<std::uint64_t>(low)) != 0;
  return static_cast<std::uint64_t>(high >> 64) | (rest ? 1U : 0U);
}

// digits * 10^power.
struct Decimal {
  std::uint64_t digits;
  int power;
};

Decimal shortest(std::uint64_t c, int q) {
  const int k = floor_log10_of_two_to(q);
  const int h = q + floor_log2_of_ten_to(-k) + 1;  // 1 to 4
  const Wide power = tens[static_cast<std::size_t>(-k)];
  const std::uint64_t centre = round_to_odd(power, 4 * c << h);
  const std::uint64_t lower = round_to_odd(power, (4 * c - 2) << h);  // the ends, in quarters of 10^k
  const std::uint64_t upper = round_to_odd(power, (4 * c + 2) << h);

  const std::uint64_t below = centre / 4, tens_below = below / 10;
  const bool ten_below = lower <= 40 * tens_below, ten_above = 40 * tens_below + 40 <= upper;
  if (ten_below != ten_above) return {tens_below + (ten_above ? 1 : 0), k + 1};
  const bool one_below = lower <= 4 * below, one_above = 4 * below + 4 <= upper;
  if (one_below != one_above) return {below + (one_above ? 1 : 0), k};
  const std::uint64_t middle = 4 * below + 2;
  const bool up = centre > middle || (centre == middle && below % 2 == 1);
  return {below + (up ? 1 : 0), k};
}

constexpr char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051"
    "525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
static_assert(sizeof pairs == 201);

// Exactly eight digits at `out`, none of which waits for another.
void write_eight(char* out, std::uint32_t x) {
  const std::uint32_t high = x / 10000, low = x % 10000;
  std::memcpy(out, pairs + 2 * (high / 100), 2);
  std::memcpy(out + 2, pairs + 2 * (high % 100), 2);
  std::memcpy(out + 4, pairs + 2 * (low / 100), 2);
  std::memcpy(out + 6, pairs + 2 * (low % 100), 2);
}

// The digits of x that end before `end`; returns where they begin.
char* write_digits_before(char* end, std::uint64_t x) {
  constexpr std::uint64_t eight_digits = 100'000'000;
  for (; x >= eight_digits; x /= eight_digits)
    write_eight(end -= 8, static_cast<std::uint32_t>(x % eight_digits));
  auto rest = static_cast<std::uint32_t>(x);
  for (; rest >= 100; rest /= 100) std::memcpy(end -= 2, pairs + 2 * (rest % 100), 2);
  if (rest >= 10)
    std::memcpy(end -= 2, pairs + 2 * rest, 2);
  else
    *--end = static_cast<char>('0' + rest);
  return end;
}

constexpr int most_digits = 17;

// Whichever is shorter, fixed where both are as long. Digits are copied `most_digits` at a time, zeros eight.
char* lay_out(char* out, Decimal decimal) {
  while (decimal.digits % 10 == 0) {
    decimal.digits /= 10;
    ++decimal.power;
  }
  char buffer[2 * most_digits + 2];
  char* const end = buffer + most_digits;
  const char* const digits = write_digits_before(end, decimal.digits);
  const int count = static_cast<int>(end - digits);
  const int exponent = count - 1 + decimal.power;  // of the first digit
  const int scientific = count + (count > 1 ? 1 : 0) + 4;
  const int fixed = decimal.power >= 0 ? count + decimal.power
                    : exponent >= 0    ? count + 1
                                       : count + 1 - exponent;
  if (fixed > scientific) {
    out[0] = digits[0];
    out[1] = '.';
    std::memcpy(out + 2, digits + 1, most_digits);
    out += count > 1 ? count + 1 : 1;
    out[0] = 'e';
    out[1] = exponent < 0 ? '-' : '+';
    std::memcpy(out + 2, pairs + 2 * (exponent < 0 ? -exponent : exponent), 2);
    return out + 4;
  }
  if (exponent < 0) {  // at most three zeros after the point: the other form would be shorter
    std::memcpy(out, "0.000000", 8);
    std::memcpy(out + 1 - exponent, digits, most_digits);
  } else if (decimal.power >= 0) {  // at most five zeros
    std::memcpy(out, digits, most_digits);
    std::memcpy(out + count, "00000000", 8);
  } else {
    std::memcpy(out, digits, most_digits);
    out[exponent + 1] = '.';
    std::memcpy(out + exponent + 2, digits + exponent + 1, most_digits);
  }
  return out + fixed;
}

}  // namespace

char* write_shortest(char* out, double value) {
  constexpr int bits_after_point = 52, bias = 1023;
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << bits_after_point) - 1);
  const int q = static_cast<int>(bits >> bits_after_point & 0x7FF) - bias - bits_after_point;
  constexpr int least = -182;  // floor_log10_of_two_to(-182) = -55
  static_assert(floor_log10_of_two_to(least) == -most_tens && floor_log10_of_two_to(least - 1) < -most_tens);
  if (q < least || q > 0 || fraction == 0) return std::to_chars(out, out + longest_decimal, value).ptr;
  if (bits >> 63) *out++ = '-';
  return lay_out(out, shortest(fraction | std::uint64_t{1} << bits_after_point, q));
}

}  // namespace sparselearn
