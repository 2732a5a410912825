#include "core/config/intervention.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/core/config/config_test_folder.h"

namespace kairo {
namespace {

Intervention patch_at(const std::string& at) {
  Intervention made;
  made.kind = InterventionKind::kPatch;
  made.at = at;
  made.from = "clean";
  return made;
}

TEST(Intervention, PrintsAsOneLineWithoutItsDefaults) {
  Intervention zero;
  zero.at = "blocks.*.attn.hook_z";
  EXPECT_EQ(to_text(zero), "{kind: zero, at: blocks.*.attn.hook_z}");
  Intervention patch = patch_at("blocks.2.hook_resid_pre");
  patch.positions = {5, -1};
  EXPECT_EQ(to_text(patch),
            "{kind: patch, at: blocks.2.hook_resid_pre, positions: [5, -1], from: clean}");
}

using InterventionFile = ConfigTest;

TEST_F(InterventionFile, AListReadsBackAsItWasWritten) {
  Intervention add;
  add.kind = InterventionKind::kAdd;
  add.at = "blocks.1.hook_resid_post";
  add.vector = {0.1, -2, 1e-7};
  add.scale = -0.5;
  Intervention resample;
  resample.kind = InterventionKind::kResample;
  resample.at = "*hook_z";
  resample.heads = {1, 3};
  resample.order = {1, 0};
  const std::vector<Intervention> all = {add, resample, patch_at("blocks.*.attn.hook_pattern")};
  write("edits.yaml", to_yaml(all));
  const std::vector<Intervention> read = read_interventions("edits.yaml");
  EXPECT_EQ(to_yaml(read), to_yaml(all));
  EXPECT_EQ(read[0].vector, add.vector);
}

TEST_F(InterventionFile, AMissingOrMisplacedFieldIsAnErrorWithItsLine) {
  const auto expect = [&](const std::string& yaml, const std::string& part) {
    write("edits.yaml", yaml);
    const std::string message =
        message_of(ErrorKind::kConfig, [] { read_interventions("edits.yaml"); });
    EXPECT_NE(message.find(part), std::string::npos) << message;
  };
  expect("interventions:\n  - {kind: patch, at: hook_embed}\n", ":2: patch needs from");
  expect("interventions:\n  - {kind: zero}\n", ":2: zero needs at");
  expect("interventions:\n  - {kind: zero, at: x, from: y}\n", ":2: zero takes no from");
  expect("interventions:\n  - {kind: zero, att: x}\n", "unknown key att (did you mean at");
  expect("interventions:\n  - {kind: zap, at: x}\n", "one of zero, mean");
  expect("interventions:\n  - {kind: zero, at: x, at: y}\n", "the key at is given twice");
  expect("interventions:\n  - hook_embed\n", "{kind: zero, at: hook_embed}");
  // Was: a file that changes nothing was applied without a word.
  for (const char* yaml : {"edits: []\n", "", "# none\n", "{}", "null", "[]", "zero",
                           "interventions:\n", "interventions: []\n", "interventions: {}\n"}) {
    expect(yaml, "edits.yaml: there is no list of interventions under \"interventions:\"");
  }
  expect("interventions: [", "not valid YAML");
}

}  // namespace
}  // namespace kairo
