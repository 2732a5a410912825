// A record, raw or changed (tests/fuzz/made_file.h): it is refused as corrupt, or every array has
// the length that steps and axes give it.
#include "core/store/record.h"
#include "tests/fuzz/made_file.h"

namespace {

using namespace kairo;

MadeFile valid_record() {
  const auto array = [](EntryKind kind, std::vector<int64_t> shape,
                        std::vector<std::string> labels = {}) {
    return MadeEntry{kind, std::move(shape), {0, 1, 2}, std::move(labels), {}};
  };
  const auto text = [](const char* value) { return MadeAttribute{EntryKind::kTexts, value, 0}; };
  const auto integer = [](int64_t value) { return MadeAttribute{EntryKind::kIntegers, "", value}; };
  MadeFile file;
  file["/"].attributes = {{"format", text("kairoscope-record")},
                          {"format_version", integer(1)},
                          {"probe", text("p")},
                          {"label", text("l")},
                          {"settings", text("{}")},
                          {"dataset_hash", text("d")},
                          {"code_version", text("1")},
                          {"seed", integer(1)},
                          {"n_examples", integer(4)}};
  file["/steps"] = array(EntryKind::kIntegers, {2});
  file["/checkpoint_hashes"] = array(EntryKind::kTexts, {2});
  file["/kernels"] = array(EntryKind::kTexts, {2});
  file["/notes"] = array(EntryKind::kTexts, {0});
  file["/axes/q/layer"] = array(EntryKind::kIntegers, {3});
  file["/quantities/q"].attributes = {
      {"definition", text("a")}, {"units", text("1")}, {"order", integer(0)}};
  file["/quantities/q/mean"] = array(EntryKind::kDoubles, {2, 3}, {"step", "layer"});
  file["/quantities/q/standard_error"] = array(EntryKind::kDoubles, {2, 3});
  file["/quantities/q/n_examples"] = array(EntryKind::kIntegers, {2});
  file["/quantities/q/per_example"] = array(EntryKind::kFloats, {2, 4, 3});
  return file;
}

const std::vector<std::string> kPaths = {"/",
                                         "/steps",
                                         "/checkpoint_hashes",
                                         "/kernels",
                                         "/notes",
                                         "/axes/q",
                                         "/axes/q/layer",
                                         "/axes/q/head",
                                         "/quantities",
                                         "/quantities/q",
                                         "/quantities/q/mean",
                                         "/quantities/q/mean/mean",
                                         "/quantities/q/standard_error",
                                         "/quantities/q/n_examples",
                                         "/quantities/q/per_example",
                                         "/quantities/group/q/mean"};
const std::vector<std::string> kNames = {
    "format",       "format_version", "probe",      "label",   "settings",   "dataset_hash",
    "code_version", "seed",           "n_examples", "order",   "definition", "units",
    "layer",        "head",           "step",       "example", "",           "kairoscope-record"};

void check(const Record& record) {
  const std::size_t n = record.steps.size();
  if (record.checkpoint_hashes.size() != n || record.kernels.size() != n) std::abort();
  for (const SeriesQuantity& q : record.quantities) {
    const std::size_t size = n * static_cast<std::size_t>(q.about.size());
    const std::size_t rows = static_cast<std::size_t>(q.per_example_rows);
    if (q.mean.size() != size || q.standard_error.size() != size) std::abort();
    if (q.n_examples.size() != n || q.per_example.size() != size * rows) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const MadeLayout layout{valid_record(), kPaths, kNames};
  fuzz_reader(layout, data, size, [](const std::string& path) { check(read_record(path)); });
  return 0;
}
