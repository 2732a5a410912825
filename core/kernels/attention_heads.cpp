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

#define KAIRO_KERNEL "core/kernels/attention_heads.inc"
#include "core/kernels/every_cpu_path.inc"

}  // namespace

void head_forward(const HeadForward& head) { KAIRO_ON_CPU_PATH(forward, head) }
void head_backward(const HeadBackward& head) { KAIRO_ON_CPU_PATH(backward, head) }

}  // namespace kairo
