#include "core/config/config_file.h"

#include "core/config/key_alias.h"
#include "tests/core/config/config_test_folder.h"

namespace kairo {
namespace {

class ConfigFile : public ConfigTest {
 protected:
  ConfigFile() {
    binder.bind("data", data);
    binder.bind("probes", probes);
    binder.bind("probes.lens", lens);
  }

  // The message of the kConfig error that x.yaml with this text causes.
  std::string refused(const std::string& yaml) {
    write("x.yaml", yaml);
    return message_of(ErrorKind::kConfig, [&] { binder.load("x", {}); });
  }
  std::string refused_override(const std::string& text) {
    return message_of(ErrorKind::kConfig, [&] { binder.load("", {text}); });
  }

  ConfigBinder binder;
  AllKinds data;
  Shared probes;
  AllKinds lens;
};

TEST_F(ConfigFile, AssignsEveryKindOfField) {
  write("x.yaml", R"(
data:
  count: 2e1
  rate: 1e-3
  on: true
  title: two words
  colour: blue
  steps: [5, 10]
  scales: [0.5, -1]
  names:
    - b
    - c
probes:
  n_examples: 7
  lens: {count: 8}
)");
  binder.load("x", {});
  EXPECT_EQ(data.count, 20);
  EXPECT_EQ(data.rate, 0.001);
  EXPECT_TRUE(data.on);
  EXPECT_EQ(data.title, "two words");
  EXPECT_EQ(data.colour, Colour::kBlue);
  EXPECT_EQ(data.steps, (std::vector<int64_t>{5, 10}));
  EXPECT_EQ(data.scales, (std::vector<double>{0.5, -1}));
  EXPECT_EQ(data.names, (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(probes.n_examples, 7);
  EXPECT_EQ(lens.count, 8);
}

TEST_F(ConfigFile, AChildOverridesItsParentAndTheCommandLineBoth) {
  write("configs/base.yaml", "data:\n  count: 1\n  rate: 0.1\n  title: base\n");
  write("configs/child.yaml", "defaults: base\n\ndata:\n  rate: 0.2\n  title: child\n");
  binder.load("child", {"data.title=line"});
  EXPECT_EQ(data.count, 1);
  EXPECT_EQ(data.rate, 0.2);
  EXPECT_EQ(data.title, "line");
  const Provenance& from = binder.provenance();
  EXPECT_EQ(from.at("data.count"), "configs/base.yaml:2");
  EXPECT_EQ(from.at("data.rate"), "configs/child.yaml:4");
  EXPECT_EQ(from.at("data.title"), "command line");
  EXPECT_EQ(from.at("data.on"), "default");
  EXPECT_EQ(from.at("probes.lens.count"), "default");
  EXPECT_EQ(from.size(), binder.paths().size());
}

// YAML nodes are references: reordering settings by assignment would mix the generations.
TEST_F(ConfigFile, ThreeGenerationsKeepTheirValuesApart) {
  write("a.yaml", "data: {count: 1, rate: 0.1, title: a, steps: [1], names: [a]}\n");
  write("b.yaml", "defaults: a\ndata: {rate: 0.2, title: b, steps: [2]}\n");
  write("c.yaml", "defaults: b\ndata: {title: c, names: [c]}\n");
  binder.load("c", {});
  EXPECT_EQ(data.count, 1);
  EXPECT_EQ(data.rate, 0.2);
  EXPECT_EQ(data.title, "c");
  EXPECT_EQ(data.steps, std::vector<int64_t>{2});
  EXPECT_EQ(data.names, std::vector<std::string>{"c"});
}

TEST_F(ConfigFile, NoNameMeansTheDefaultsAndOverrides) {
  binder.load("", {"data.count=4", "probes.lens.on=true"});
  EXPECT_EQ(data.count, 4);
  EXPECT_TRUE(lens.on);
  EXPECT_EQ(data.rate, 0.25);
}

// Was: a config without keys was read without a word, and the default experiment trained.
TEST_F(ConfigFile, AFileThatSetsNoKeyIsRefused) {
  for (const char* yaml : {"", "# comments\n# only\n", "{}", "null", "~", "---\n", "data:\n",
                           "data: {}\nprobes: {lens: }\n", " \n\n"}) {
    EXPECT_NE(refused(yaml).find("x.yaml: this file sets no key"), std::string::npos) << yaml;
  }
  for (const char* yaml : {"[]", "[data]", "data", "7", "true"}) {
    EXPECT_NE(refused(yaml).find("x.yaml: expected sections"), std::string::npos) << yaml;
  }
  write("empty.yaml", "");
  EXPECT_NE(refused("defaults: empty\ndata: {count: 5}\n").find("empty.yaml"), std::string::npos);
}

TEST_F(ConfigFile, AnEmptySectionBesideAnotherChangesNothing) {
  write("x.yaml", "data:\nprobes: {n_examples: 7}\n");
  binder.load("x", {});
  EXPECT_EQ(data.count, 3);
  write("child.yaml", "defaults: x\n");
  binder.load("child", {});
  EXPECT_EQ(probes.n_examples, 7);
}

// The list was split inside the setting itself, so that the second reading found it empty.
TEST_F(ConfigFile, OverridesOfListsNeedNoBrackets) {
  binder.load("", {"data.names=b,c", "data.steps=[7, 8]", "data.scales=0.5"});
  EXPECT_EQ(data.names, (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(data.steps, (std::vector<int64_t>{7, 8}));
  EXPECT_EQ(data.scales, std::vector<double>{0.5});
  binder.load("", {"data.names=", "data.steps=[]"});
  EXPECT_TRUE(data.names.empty());
  EXPECT_TRUE(data.steps.empty());
}

TEST_F(ConfigFile, TheTextOfAnOverrideIsTakenToTheLetter) {
  for (const std::string text : {"a: b", "#x", "[y", "=", "", "\"q\"", " s "}) {
    binder.load("", {"data.title=" + text});
    EXPECT_EQ(data.title, text);
  }
}

TEST_F(ConfigFile, OfOverridesOfOneKeyTheLastCounts) {
  binder.load("", {"data.count=4", "data.count=5"});
  EXPECT_EQ(data.count, 5);
}

TEST_F(ConfigFile, NullIsTheChoiceNone) {
  write("x.yaml", "data:\n  colour: null\n");
  binder.load("x", {});
  EXPECT_EQ(data.colour, Colour::kNone);
  binder.load("", {"data.colour=red"});
  binder.load("", {"data.colour=null"});
  EXPECT_EQ(data.colour, Colour::kNone);
}

TEST_F(ConfigFile, NothingIsAssignedIfAnythingIsWrong) {
  write("x.yaml", "data:\n  count: 50\n  rate: 0.5\nprobes:\n  n_examples: -1\n");
  message_of(ErrorKind::kConfig, [&] { binder.load("x", {"data.title=new"}); });
  EXPECT_EQ(data.count, 3);
  EXPECT_EQ(data.rate, 0.25);
  EXPECT_EQ(data.title, "plain");
  EXPECT_TRUE(binder.provenance().empty());
}

TEST_F(ConfigFile, AWrongValueOfAParentIsAnErrorThoughTheChildOverridesIt) {
  write("base.yaml", "data: {count: many}\n");
  EXPECT_NE(refused("defaults: base\ndata: {count: 4}\n").find("base.yaml:1: data.count"),
            std::string::npos);
}

TEST_F(ConfigFile, UnknownKeysAndSectionsNameTheNearest) {
  EXPECT_EQ(refused("data:\n  count: 4\n  cuont: 4\n")
                .rfind("x.yaml:3: unknown key data.cuont (did you mean data.count", 0),
            0u);
  EXPECT_EQ(refused("dat:\n  count: 4\n"), "x.yaml:1: unknown section dat (did you mean data?)");
  EXPECT_EQ(refused("probes:\n  n_examples: 4\n  lenz:\n    on: true\n")
                .rfind("x.yaml:3: unknown section probes.lenz (did you mean probes.lens", 0),
            0u);
  EXPECT_EQ(refused_override("data.cuont=4")
                .rfind("override data.cuont=4: unknown key data.cuont (did you mean data.count", 0),
            0u);
  EXPECT_EQ(refused_override("data=4"),
            "override data=4: data is a section, not a key (write data.KEY=VALUE)");
}

// Was: "data.k is a section, not a key (write data.k.KEY=VALUE)".
TEST_F(ConfigFile, WhereNothingIsBoundEveryKeyIsUnknown) {
  ConfigBinder nothing;
  EXPECT_EQ(message_of(ErrorKind::kConfig, [&] { nothing.load("", {"data.k=3"}); }),
            "override data.k=3: unknown key data.k (there are no keys here)");
  nothing.load("", {});
  EXPECT_EQ(nothing.help(), "");
}

TEST_F(ConfigFile, UnknownKeysBelowASectionThatIsPassedOverAreLeftAlone) {
  ConfigBinder without_lens;
  without_lens.bind("data", data);
  without_lens.bind("probes", probes);
  without_lens.pass_over("probes");
  write("x.yaml", "probes: {n_examples: 7, lens: {count: 8}}");
  without_lens.load("x", {"probes.lens.on=true"});
  EXPECT_EQ(probes.n_examples, 7);
  EXPECT_EQ(without_lens.to_yaml(false).find("lens"), std::string::npos);
  EXPECT_NE(message_of(ErrorKind::kConfig, [&] { without_lens.load("x", {"data.cuont=1"}); })
                .find("data.count"),
            std::string::npos);
  message_of(ErrorKind::kConfig, [&] { without_lens.load("x", {"probes.n_examples=x"}); });
}

// A section that is passed over was refused as unknown where no part of it is bound.
TEST_F(ConfigFile, ASectionThatIsPassedOverMayBeBoundNowhere) {
  ConfigBinder data_alone;
  data_alone.bind("data", data);
  data_alone.pass_over("probes");
  write("x.yaml", "data: {count: 7}\nprobes: {n_examples: 7, lens: {count: 8}}");
  data_alone.load("x", {});
  EXPECT_EQ(data.count, 7);
  EXPECT_NE(message_of(ErrorKind::kConfig, [&] { data_alone.load("x", {"probes=4"}); }), "");
}

TEST_F(ConfigFile, IllTypedValuesSayWhatWasExpectedAndWhatCame) {
  EXPECT_EQ(refused("data:\n  count: ten\n"),
            "x.yaml:2: data.count: expected an integer from 1 to 100, got ten");
  EXPECT_EQ(refused("data:\n  count: 0\n"),
            "x.yaml:2: data.count: expected an integer from 1 to 100, got 0");
  EXPECT_EQ(refused("data:\n  count: \"10\"\n"),
            "x.yaml:2: data.count: expected an integer from 1 to 100, got the quoted text \"10\" "
            "(remove the quotes)");
  EXPECT_EQ(refused("data:\n  count:\n"),
            "x.yaml:2: data.count: expected an integer from 1 to 100, got nothing");
  EXPECT_EQ(refused("data:\n  rate: [1]\n"),
            "x.yaml:2: data.rate: expected a number from 0 to 1, got a list");
  EXPECT_EQ(refused("data:\n  rate: .nan\n"),
            "x.yaml:2: data.rate: expected a number from 0 to 1, got .nan");
  EXPECT_EQ(refused("data:\n  on: yes\n"), "x.yaml:2: data.on: expected true or false, got yes");
  EXPECT_EQ(
      refused("data:\n  colour: bleu\n"),
      "x.yaml:2: data.colour: expected one of red, blue, none, got bleu (did you mean blue?)");
  EXPECT_EQ(refused("data:\n  steps: [1, -1]\n"),
            "x.yaml:2: data.steps: expected a list, each an integer from 0 to 1000, got -1");
  EXPECT_EQ(refused("data:\n  steps: 5\n"),
            "x.yaml:2: data.steps: expected a list, each an integer from 0 to 1000, got 5 "
            "(write [a, b], or [] for none)");
  EXPECT_EQ(refused("data: 3\n"), "x.yaml:1: data: expected a section of keys, got 3");
  EXPECT_EQ(refused("data:\n  title: {a: b}\n"),
            "x.yaml:2: data.title: expected text, got a section");
  EXPECT_EQ(refused_override("data.count=1.5"),
            "override data.count=1.5: expected an integer from 1 to 100, got 1.5");
  EXPECT_NE(refused_override("data.steps=[1").find("write a,b or \"[a, b]\""), std::string::npos);
  EXPECT_NE(refused_override("data.steps=1] [2").find("expected a list"), std::string::npos);
}

TEST_F(ConfigFile, AKeyGivenTwiceIsAnErrorWithBothLines) {
  EXPECT_EQ(refused("data:\n  count: 4\n  rate: 1\n  count: 5\n"),
            "x.yaml:4: key data.count is given twice (first at x.yaml:2)");
  EXPECT_EQ(refused("data:\n  count: 4\nprobes:\n  n_examples: 1\ndata:\n  rate: 1\n"),
            "x.yaml:5: key data is given twice (first at x.yaml:1)");
  EXPECT_EQ(refused("data:\n  count: 4\ndata.count: 5\n"),
            "x.yaml:3: key data.count is given twice (first at x.yaml:2)");
}

TEST_F(ConfigFile, ParentsInACircleAreAnError) {
  write("a.yaml", "defaults: b\n");
  write("b.yaml", "data: {count: 4}\ndefaults: a.yaml\n");
  EXPECT_EQ(message_of(ErrorKind::kConfig, [&] { binder.load("a", {}); }),
            "b.yaml:2: defaults go in a circle: a.yaml -> b.yaml -> a.yaml (remove one of these "
            "defaults)");
  EXPECT_NE(refused("defaults: x\n").find("x.yaml:1: defaults go in a circle: x.yaml -> x.yaml"),
            std::string::npos);
}

TEST_F(ConfigFile, AMissingParentIsNamedWithTheLine) {
  EXPECT_EQ(refused("\ndefaults: bass\n").rfind("x.yaml:2: defaults: bass: no such config", 0), 0u);
  refused("defaults:\n");
  refused("defaults: [a, b]\n");
}

TEST_F(ConfigFile, YamlSyntaxErrorsHaveFileAndLine) {
  EXPECT_EQ(refused("data:\n  count: [1, 2\n").rfind("x.yaml:", 0), 0u);
  EXPECT_EQ(refused("data:\n\tcount: 1\n").rfind("x.yaml:2: not valid YAML: ", 0), 0u);
  EXPECT_EQ(refused("data: *nowhere\n").rfind("x.yaml:1: not valid YAML: ", 0), 0u);
  EXPECT_EQ(refused(","), "x.yaml: not valid YAML: more than one document");
  EXPECT_EQ(refused("data:\n  count: 1\x04\n").rfind("x.yaml:2: not valid YAML: a control", 0), 0u);
  EXPECT_EQ(refused("data:\n  title: a\r\r\n").rfind("x.yaml:2: not valid YAML: a control", 0), 0u);
}

TEST_F(ConfigFile, WhatIsNoConfigIsRefused) {
  EXPECT_NE(refused("- a\n- b\n").find("expected sections (model:, data:, ...), got a list"),
            std::string::npos);
  EXPECT_NE(refused("just words\n").find("got just words"), std::string::npos);
  EXPECT_NE(refused("data: {count: 1}\n---\ndata: {count: 2}\n").find("more than one document"),
            std::string::npos);
  refused("? [a]\n: 3\n");
  EXPECT_NE(refused(std::string((1 << 20) + 1, '#')).find("larger than 1 MiB"), std::string::npos);
}

TEST_F(ConfigFile, HostileFilesAreRefusedQuickly) {
  EXPECT_NE(refused(std::string(100000, '[')).find("nested too deeply"), std::string::npos);
  refused("data: &a {count: *a}\n");
  std::string bomb = "a: &a0 [x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb +=
        "b" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last + ", " + last + "]\n";
  }
  refused(bomb);
  refused(std::string(1000000, 'k') + ": 1\n");
}

TEST_F(ConfigFile, AnOverrideWithoutEqualsIsAUsageError) {
  EXPECT_EQ(message_of(ErrorKind::kUsage, [&] { binder.load("", {"data.count"}); }),
            "override data.count: it has no \"=\" (write key=value, e.g. data.k=20)");
  message_of(ErrorKind::kUsage, [&] { binder.load("", {"=4"}); });
}

// Only the first wrong key was told.
TEST_F(ConfigFile, AllWrongSettingsAreToldAtOnce) {
  const std::string message = message_of(ErrorKind::kConfig, [&] {
    binder.load("", {"data.cuont=4", "data.rate=x", "data.count=5"});
  });
  EXPECT_EQ(message.rfind("2 settings are wrong: override data.cuont=4: unknown key data.cuont", 0),
            0u)
      << message;
  EXPECT_NE(message.find("; override data.rate=x: expected "), std::string::npos) << message;
  EXPECT_EQ(data.count, AllKinds().count);  // nothing is assigned
}

// training.lr had training.seed and the like for nearest.
TEST(KeyAlias, NamesOfOtherLibrariesMeanOurKeys) {
  const std::pair<const char*, const char*> cases[] = {
      {"training.lr", "training.learning_rate"},
      {"lr", "training.learning_rate"},
      {"training.num_epochs", "training.epochs"},
      {"training.bs", "training.batch_size"},
      {"model.heads", "model.n_heads"},
      {"model.num_hidden_layers", "model.n_layers"},
      {"optim.wd", "training.weight_decay"},
      {"--Batch-Size", "training.batch_size"},
      {"model.colour", ""},
      {"", ""}};
  for (const auto& [name, key] : cases) EXPECT_EQ(key_of_alias(name), key) << name;
}

}  // namespace
}  // namespace kairo
