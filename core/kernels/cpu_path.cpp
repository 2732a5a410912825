#include "core/kernels/cpu_path.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "core/base/error.h"

namespace kairo {
namespace {

CpuPath widest() {
#ifdef KAIRO_HAS_CPU_PATHS
  const bool has_512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  const bool has_256 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (has_512 && has_256) return CpuPath::kAvx512;
  if (has_256) return CpuPath::kAvx2;
#endif
  return CpuPath::kBaseline;
}

// A word that is none of these must not silently be the widest: a run would be said to be made
// with another instruction set than was asked for.
CpuPath asked_for() {
  const char* asked = std::getenv("KAIRO_CPU");
  const std::string name = asked == nullptr ? "" : asked;
  if (name == "baseline") return CpuPath::kBaseline;
  if (name == "avx2") return CpuPath::kAvx2;
  if (name == "avx512" || name.empty()) return CpuPath::kAvx512;
  throw Error(ErrorKind::kUsage)
      .at("KAIRO_CPU")
      .expected("baseline, avx2 or avx512")
      .came(name)
      .hint("unset it for the widest that this CPU has");
}

}  // namespace

CpuPath cpu_path() {
  static const CpuPath path = std::min(widest(), asked_for());
  return path;
}

const char* name_of(CpuPath path) {
  switch (path) {
    case CpuPath::kBaseline:
      break;
    case CpuPath::kAvx2:
      return "AVX2";
    case CpuPath::kAvx512:
      return "AVX512";
  }
  return "baseline";
}

}  // namespace kairo
