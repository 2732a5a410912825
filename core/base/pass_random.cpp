#include "core/base/pass_random.h"

#include <algorithm>

namespace kairo {
namespace {

// SplitMix64's step and finaliser (Steele, Lea and Flood, OOPSLA 2014): `value` into `hash`.
uint64_t hashed(uint64_t hash, uint64_t value) {
  uint64_t z = (hash ^ value) + 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::array<uint32_t, 2> halves(uint64_t word) {
  return {static_cast<uint32_t>(word), static_cast<uint32_t>(word >> 32)};
}

}  // namespace

PassRandom PassRandom::rows(int64_t begin, int64_t n) const {
  PassRandom part = *this;
  part.examples.assign(examples.begin() + begin, examples.begin() + begin + n);
  return part;
}

PhiloxWords philox(PhiloxWords counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t first = uint64_t{0xD2511F53} * counter[0];
    const uint64_t second = uint64_t{0xCD9E8D57} * counter[2];
    counter = {
        static_cast<uint32_t>(second >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(second),
        static_cast<uint32_t>(first >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(first)};
    key = {key[0] + 0x9E3779B9U, key[1] + 0xBB67AE85U};
  }
  return counter;
}

PlaceRandom::PlaceRandom(const PassRandom& pass, int64_t batch_row, uint64_t site)
    : key_(halves(
          hashed(hashed(hashed(0, pass.update.seed), static_cast<uint64_t>(pass.update.update)),
                 static_cast<uint64_t>(pass.micro_batch)))),
      stream_(halves(hashed(
          hashed(0, static_cast<uint64_t>(pass.examples[static_cast<std::size_t>(batch_row)])),
          site))) {}

void PlaceRandom::words(uint32_t row, int64_t n, uint32_t* words) const {
  for (int64_t column = 0; column < n; column += 4) {
    const PhiloxWords four =
        philox({static_cast<uint32_t>(column / 4), row, stream_[0], stream_[1]}, key_);
    std::copy_n(four.begin(), std::min<int64_t>(4, n - column), words + column);
  }
}

}  // namespace kairo
