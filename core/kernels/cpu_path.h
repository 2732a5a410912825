// Which instruction set the hand-written kernels use, found at run time: one binary serves all.
#pragma once

namespace kairo {

enum class CpuPath { kBaseline, kAvx2, kAvx512 };

// The widest that this CPU has; KAIRO_CPU=baseline|avx2|avx512 asks for a narrower one. Read once.
// Throws Error kUsage where KAIRO_CPU is another word.
CpuPath cpu_path();

const char* name_of(CpuPath path);  // "AVX512"

}  // namespace kairo

// How a kernel's source is compiled for each: its loops stand in a file `kernel.inc`, which begins
// with core/kernels/lanes.inc, and core/kernels/every_cpu_path.inc includes it once under each
// target. Its standard headers stand before, outside of any target.
#define KAIRO_INLINE inline __attribute__((always_inline))

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define KAIRO_HAS_CPU_PATHS
#define KAIRO_ON_CPU_PATH(function, argument) \
  switch (cpu_path()) {                       \
    case CpuPath::kAvx512:                    \
      return avx512::function(argument);      \
    case CpuPath::kAvx2:                      \
      return avx2::function(argument);        \
    case CpuPath::kBaseline:                  \
      break;                                  \
  }                                           \
  return baseline::function(argument);
#else
#define KAIRO_ON_CPU_PATH(function, argument) return baseline::function(argument);
#endif
