// A checkpoint, raw or changed (tests/fuzz/made_file.h): it is refused as corrupt, or every array
// has as many finite values as its shape says and the file reads the same twice.
#include <cmath>

#include "core/store/checkpoint.h"
#include "tests/fuzz/made_file.h"

namespace {

using namespace kairo;

MadeFile valid_checkpoint() {
  const auto array = [](EntryKind kind, std::vector<int64_t> shape) {
    return MadeEntry{kind, std::move(shape), {0.5, -1, 2}, {}, {}};
  };
  MadeFile file;
  file["/"].attributes = {{"format", {EntryKind::kTexts, "kairoscope-checkpoint", 0}},
                          {"format_version", {EntryKind::kIntegers, "", 1}},
                          {"step", {EntryKind::kIntegers, "", 5}}};
  file["/model"].attributes = {{"config", {EntryKind::kTexts, "{}", 0}}};
  file["/model/w"] = array(EntryKind::kFloats, {2, 3});
  file["/model/b"] = array(EntryKind::kFloats, {3});
  file["/optimizer"].attributes = {{"name", {EntryKind::kTexts, "adamw", 0}},
                                   {"step", {EntryKind::kIntegers, "", 5}}};
  file["/optimizer/exp_avg/w"] = array(EntryKind::kFloats, {2, 3});
  file["/training/integers/order"] = array(EntryKind::kIntegers, {4});
  file["/training/reals/sums"] = array(EntryKind::kDoubles, {2});
  file["/config"] = array(EntryKind::kTexts, {});
  return file;
}

const std::vector<std::string> kPaths = {"/",
                                         "/model",
                                         "/model/w",
                                         "/model/b",
                                         "/model/w/inside",
                                         "/optimizer",
                                         "/optimizer/exp_avg",
                                         "/optimizer/exp_avg/w",
                                         "/training",
                                         "/training/integers",
                                         "/training/integers/order",
                                         "/training/reals/sums",
                                         "/config"};
const std::vector<std::string> kNames = {"format",
                                         "format_version",
                                         "step",
                                         "config",
                                         "name",
                                         "content_hash",
                                         "experiment",
                                         "version",
                                         "kairoscope-checkpoint",
                                         "kairoscope-record",
                                         "",
                                         "{}"};

void check(const std::vector<NamedArray>& arrays) {
  for (const NamedArray& array : arrays) {
    if (elements_of(array.shape) != static_cast<int64_t>(array.values.size())) std::abort();
    for (const float value : array.values) {
      if (!std::isfinite(value)) std::abort();
    }
  }
}

void read_and_check(const std::string& path) {
  const Checkpoint whole = read_checkpoint(path, CheckpointPart::kEverything);
  check(whole.parameters);
  for (const auto& [name, arrays] : whole.optimizer.states) check(arrays);
  const Checkpoint model = read_checkpoint(path, CheckpointPart::kModelOnly);
  if (model.content_hash != whole.content_hash || whole.step < 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const MadeLayout layout{valid_checkpoint(), kPaths, kNames};
  fuzz_reader(layout, data, size, read_and_check);
  return 0;
}
