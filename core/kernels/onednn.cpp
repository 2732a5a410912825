#include "core/kernels/onednn.h"

#include <ATen/ATen.h>
#include <oneapi/dnnl/dnnl.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace kairo {
namespace {

// A matrix as BLAS sees it: row-major, or the transpose of a row-major one.
struct BlasOperand {
  at::Tensor held;  // keeps a copy alive, where one was needed
  char transposed = 'N';
  int64_t leading = 1;
};

BlasOperand blas_operand(const at::Tensor& matrix) {
  const int64_t rows = matrix.size(0), columns = matrix.size(1);
  if (matrix.stride(1) == 1 && matrix.stride(0) >= std::max<int64_t>(1, columns)) {
    return {matrix, 'N', matrix.stride(0)};
  }
  if (matrix.stride(0) == 1 && matrix.stride(1) >= std::max<int64_t>(1, rows)) {
    return {matrix, 'T', matrix.stride(1)};
  }
  return {matrix.contiguous(), 'N', std::max<int64_t>(1, columns)};
}

const dnnl::engine& cpu_engine() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

dnnl::stream& thread_stream() {
  thread_local dnnl::stream stream(cpu_engine());
  return stream;
}

dnnl::memory::desc describe(const at::Tensor& tensor) {
  return {tensor.sizes().vec(), dnnl::memory::data_type::f32, tensor.strides().vec()};
}

// Shapes recur at every step, so each thread keeps the primitives it has built (a build costs ~50
// us).
const dnnl::matmul& batched_primitive(const at::Tensor& a, const at::Tensor& b,
                                      const at::Tensor& c) {
  thread_local std::map<std::vector<int64_t>, dnnl::matmul> built;
  std::vector<int64_t> key;
  for (const at::Tensor* operand : {&a, &b, &c}) {
    key.insert(key.end(), operand->sizes().begin(), operand->sizes().end());
    key.insert(key.end(), operand->strides().begin(), operand->strides().end());
  }
  const auto found = built.find(key);
  if (found != built.end()) return found->second;
  const dnnl::matmul::desc desc(describe(a), describe(b), describe(c));
  const dnnl::matmul::primitive_desc primitive_desc(desc, cpu_engine());
  return built.emplace(std::move(key), dnnl::matmul(primitive_desc)).first->second;
}

at::Tensor with_unit_stride(const at::Tensor& tensor) {
  const bool fits = (tensor.stride(3) == 1 && tensor.stride(2) >= tensor.size(3)) ||
                    (tensor.stride(2) == 1 && tensor.stride(3) >= tensor.size(2));
  return fits ? tensor : tensor.contiguous();
}

}  // namespace

void onednn_gemm(const at::Tensor& a, const at::Tensor& b, float beta, at::Tensor& c) {
  const BlasOperand left = blas_operand(a), right = blas_operand(b);
  const dnnl_status_t status =
      dnnl_sgemm(left.transposed, right.transposed, c.size(0), c.size(1), a.size(1), 1.0F,
                 left.held.data_ptr<float>(), left.leading, right.held.data_ptr<float>(),
                 right.leading, beta, c.data_ptr<float>(), std::max<int64_t>(1, c.stride(0)));
  if (status != dnnl_success) {
    throw Error(ErrorKind::kNumeric)
        .at("oneDNN sgemm")
        .fact("it failed with status " + std::to_string(status));
  }
}

at::Tensor onednn_batched_matmul(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor left = with_unit_stride(a), right = with_unit_stride(b);
  at::Tensor c = at::empty({a.size(0), a.size(1), a.size(2), b.size(3)}, a.options());
  const auto memory_of = [](const at::Tensor& tensor) {
    return dnnl::memory(describe(tensor), cpu_engine(), tensor.data_ptr<float>());
  };
  batched_primitive(left, right, c)
      .execute(thread_stream(), {{DNNL_ARG_SRC, memory_of(left)},
                                 {DNNL_ARG_WEIGHTS, memory_of(right)},
                                 {DNNL_ARG_DST, memory_of(c)}});
  thread_stream().wait();
  return c;
}

}  // namespace kairo
