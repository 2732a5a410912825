#include "probes/self_check.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"

namespace kairo {
namespace {

constexpr double kRowTolerance = 1e-4;
constexpr const char* kWhereToLook = "look for NaN or huge weights in the checkpoint";

}  // namespace

void check_agreement(const std::string& where, const std::string& claim, const at::Tensor& came,
                     const at::Tensor& reference, double tolerance) {
  const double scale = std::max(1.0, reference.abs().max().item<double>());
  const double off = (came - reference).abs().max().item<double>() / scale;
  if (off <= tolerance) return;  // false for NaN too
  throw Error(ErrorKind::kNumeric)
      .at(where)
      .fact("the self-check \"" + claim + "\" is off by " + std::to_string(off) +
            " of the largest value")
      .hint(kWhereToLook);
}

void check_parameters_finite(const std::string& where, const Model& model) {
  const at::Tensor& flat = model.parameters().values();
  for (const ParameterView& view : model.parameters().views()) {
    if (view.of(flat).isfinite().all().item<bool>()) continue;
    throw Error(ErrorKind::kNumeric)
        .at(where)
        .fact("a weight in " + view.name + " is NaN or infinite")
        .hint("look at the training's log for where it diverged");
  }
}

void check_attention_rows(const std::string& where, const at::Tensor& pattern) {
  const double off = (pattern.sum(-1) - 1).abs().max().item<double>();
  if (off <= kRowTolerance) return;  // false for NaN too
  throw Error(ErrorKind::kNumeric)
      .at(where)
      .fact("a row of attention does not sum to 1: it is off by " + std::to_string(off))
      .hint(kWhereToLook);
}

}  // namespace kairo
