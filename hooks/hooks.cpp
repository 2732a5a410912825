#include "hooks/hooks.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <sstream>
#include <utility>

#include "core/base/error.h"

namespace kairo {
namespace {

Edit as_edit(Observer observer) {
  return [observer = std::move(observer)](const at::Tensor& value, const HookPoint& point) {
    observer(value, point);
    return std::optional<at::Tensor>();
  };
}

std::string describe(const at::Tensor& tensor) {
  std::ostringstream text;
  text << tensor.sizes() << " " << tensor.scalar_type();
  return text.str();
}

void check_replacement(const at::Tensor& value, const at::Tensor& replacement,
                       const HookPoint& point) {
  if (replacement.sizes() == value.sizes() && replacement.scalar_type() == value.scalar_type())
    return;
  throw Error(ErrorKind::kShape)
      .at("hook at " + point.name)
      .expected("a replacement of " + describe(value))
      .came(describe(replacement));
}

// Runs one hook on `value` and returns what takes its place.
at::Tensor run_hook(const Edit& run, const at::Tensor& value, const HookPoint& point) {
  const auto version = value._version();
  std::optional<at::Tensor> replacement = run(value, point);
  if (value._version() != version) {
    throw Error(ErrorKind::kShape)
        .at("hook at " + point.name)
        .fact("the hook changed the tensor in place")
        .hint("return a replacement instead");
  }
  if (!replacement) return value;
  check_replacement(value, *replacement, point);
  return *replacement;
}

}  // namespace

Hooks& Hooks::observe(const std::string& pattern, Observer observer) {
  entries_.push_back({pattern, as_edit(std::move(observer)), false, false});
  return *this;
}

Hooks& Hooks::edit(const std::string& pattern, Edit edit) {
  entries_.push_back({pattern, std::move(edit), false, true});
  return *this;
}

Hooks& Hooks::observe_gradient(const std::string& pattern, Observer observer) {
  entries_.push_back({pattern, as_edit(std::move(observer)), true, false});
  return *this;
}

Hooks& Hooks::edit_gradient(const std::string& pattern, Edit edit) {
  entries_.push_back({pattern, std::move(edit), true, true});
  return *this;
}

ActiveHooks::ActiveHooks(const Hooks& hooks, const HookTable& table) : table_(table) {
  if (hooks.empty()) return;
  runs_.resize(table.points().size());
  for (const Hooks::Entry& entry : hooks.entries_) {
    for (const int64_t point : table.match(entry.pattern)) runs_[point].push_back(&entry);
    wants_gradients_ = wants_gradients_ || entry.gradient;
  }
}

bool ActiveHooks::flows_through(int64_t point) const {
  const Run* hooks = runs(point);
  if (hooks == nullptr) return false;
  if (at::GradMode::is_enabled()) return true;
  for (const Hooks::Entry* entry : *hooks) {
    if (entry->edits || entry->gradient) return true;
  }
  return false;
}

at::Tensor ActiveHooks::at(int64_t index, const at::Tensor& value) const {
  const Run* hooks = runs(index);
  if (hooks == nullptr) return value;
  const HookPoint& point = table_.points()[static_cast<std::size_t>(index)];
  at::Tensor seen = value.alias();
  for (const Hooks::Entry* entry : *hooks) {
    if (!entry->gradient) {
      seen = run_hook(entry->run, seen, point);
    } else if (seen.requires_grad()) {
      seen.register_hook([run = entry->run, point](const at::Tensor& gradient) {
        return run_hook(run, gradient, point);
      });
    } else {
      throw Error(ErrorKind::kUsage)
          .at("gradient hook at " + point.name)
          .fact("gradients are switched off, so no gradient will come")
          .hint("run it without NoGradGuard");
    }
  }
  return seen;
}

}  // namespace kairo
