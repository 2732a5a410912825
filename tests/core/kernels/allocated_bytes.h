// What a process holds of the heap.
#pragma once

#include <malloc.h>

#include <cstdint>

namespace kairo {

// By malloc, small pieces and those that have pages of their own.
inline int64_t allocated_bytes() {
  const struct mallinfo2 about = mallinfo2();
  return static_cast<int64_t>(about.uordblks + about.hblkhd);
}

}  // namespace kairo
