// Counts what CPU tensors ask for while it lives, on any thread.
#pragma once

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <torch/version.h>

#include <algorithm>
#include <cstdint>
#include <mutex>

namespace kairo {

class CountedMemory : public c10::Allocator {
 public:
  CountedMemory() : inner_(c10::GetCPUAllocator()) { c10::SetCPUAllocator(this, kPriority); }
  ~CountedMemory() override { c10::SetCPUAllocator(inner_, kPriority); }
  CountedMemory(const CountedMemory&) = delete;
  CountedMemory& operator=(const CountedMemory&) = delete;

  int64_t bytes() const { return bytes_; }      // of all tensors together, those freed since too
  int64_t largest() const { return largest_; }  // of the largest of them

#if TORCH_VERSION_MAJOR >= 2
  c10::DataPtr allocate(std::size_t bytes) override { return counted(bytes); }
  void copy_data(void* to, const void* from, std::size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }
#else
  c10::DataPtr allocate(std::size_t bytes) const override { return counted(bytes); }
#endif
  c10::DeleterFnPtr raw_deleter() const override { return inner_->raw_deleter(); }

 private:
  static constexpr uint8_t kPriority = 1;  // LibTorch's own has 0

  c10::DataPtr counted(std::size_t bytes) const {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      bytes_ += static_cast<int64_t>(bytes);
      largest_ = std::max(largest_, static_cast<int64_t>(bytes));
    }
    return inner_->allocate(bytes);
  }

  c10::Allocator* inner_;
  mutable std::mutex mutex_;
  mutable int64_t bytes_ = 0;
  mutable int64_t largest_ = 0;
};

}  // namespace kairo
