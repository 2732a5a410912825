#include "core/kernels/attention_heads.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "core/kernels/cpu_path.h"

namespace kairo {
namespace {

// Pieces of one thread's workspace, handed out in order.
class Workspace {
 public:
  explicit Workspace(int64_t floats) {
    thread_local std::vector<float> kept;
    if (static_cast<int64_t>(kept.size()) < floats) kept.resize(static_cast<std::size_t>(floats));
    next_ = kept.data();
  }
  float* take(int64_t floats) {
    float* piece = next_;
    next_ += floats;
    return piece;
  }

 private:
  float* next_;
};

namespace baseline {
#define KAIRO_LANE_BYTES 16
#include "core/kernels/attention_heads.inc"
#undef KAIRO_LANE_BYTES
}  // namespace baseline

#ifdef KAIRO_HAS_CPU_PATHS
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace avx2 {
#define KAIRO_LANE_BYTES 32
#include "core/kernels/attention_heads.inc"
#undef KAIRO_LANE_BYTES
}  // namespace avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512bw,avx512dq,fma")
namespace avx512 {
#define KAIRO_LANE_BYTES 64
#include "core/kernels/attention_heads.inc"
#undef KAIRO_LANE_BYTES
}  // namespace avx512
#pragma GCC pop_options
#endif

}  // namespace

void head_forward(const HeadForward& head) { KAIRO_ON_CPU_PATH(forward, head) }
void head_backward(const HeadBackward& head) { KAIRO_ON_CPU_PATH(backward, head) }

}  // namespace kairo
