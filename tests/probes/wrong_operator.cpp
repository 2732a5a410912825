#include "tests/probes/wrong_operator.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/utils.h>

namespace kairo::tiny {
namespace {

constexpr c10::DispatchKey kMode = c10::DispatchKey::TESTING_ONLY_GenericMode;

// The fallback is a plain function: what it is to do stands here.
thread_local WrongResult wanted;
thread_local int64_t n_calls = 0;

void run(const c10::OperatorHandle& op, c10::Stack* stack) {
  const c10::impl::ExcludeDispatchKeyGuard inside(kMode);
  op.callBoxed(stack);
  if (op.schema().name() != wanted.of) return;
  const int64_t call = n_calls++;
  if (wanted.call != kEveryCall && wanted.call != call) return;
  const torch::NoGradGuard no_grad;
  for (auto result = stack->end() - static_cast<int64_t>(op.schema().returns().size());
       result != stack->end(); ++result) {
    if (result->isTensor() && result->toTensor().is_floating_point()) {
      result->toTensor().mul_(wanted.factor);
    }
  }
}

}  // namespace

WrongOperator::WrongOperator(const WrongResult& result)
    : library_(torch::Library::IMPL, "_", kMode, __FILE__, __LINE__), mode_(kMode) {
  wanted = result;
  n_calls = 0;
  library_.fallback(torch::CppFunction::makeFromBoxedFunction<&run>());
}

WrongOperator::~WrongOperator() { wanted = {}; }

}  // namespace kairo::tiny
