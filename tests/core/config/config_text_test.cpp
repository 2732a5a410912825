// What the binder prints: YAML that reads back, provenance, help.
#include <sstream>

#include "core/config/config_file.h"
#include "tests/core/config/config_test_folder.h"

namespace kairo {
namespace {

class ConfigText : public ConfigTest {
 protected:
  ConfigText() {
    binder.bind("probes", probes);
    binder.bind("data", data);
    binder.bind("probes.lens", lens);
  }

  ConfigBinder binder;
  Shared probes;
  AllKinds data;
  AllKinds lens;
};

TEST_F(ConfigText, YamlNestsSectionsInOrderOfTheFirstBinding) {
  ConfigBinder small;
  Shared other;
  small.bind("probes", probes);
  small.bind("data", other);
  small.bind("probes.lens", lens);
  EXPECT_EQ(small.to_yaml(false), R"(probes:
  n_examples: 256
  lens:
    count: 3
    rate: 0.25
    on: false
    title: plain
    colour: red
    steps: [1, 2]
    scales: []
    names: [a]
data:
  n_examples: 256
)");
}

TEST_F(ConfigText, ProvenanceStandsAtTheLinesEndsInOneColumn) {
  write("configs/x.yaml", "data:\n  n_examples: 100\n");
  ConfigBinder small;
  Shared other;
  small.bind("data", other);
  small.bind("probes", probes);
  small.load("x", {"probes.n_examples=7"});
  EXPECT_EQ(small.to_yaml(true),
            "data:\n"
            "  n_examples: 100  # configs/x.yaml:2\n"
            "probes:\n"
            "  n_examples: 7    # command line\n");
}

TEST_F(ConfigText, YamlRoundTripsToTheBit) {
  data.rate = 0.1 + 0.2;
  data.scales = {1.0 / 3, 5e-324, -1e300, 0.1, 100000};
  data.names = {};
  data.count = 99;
  data.on = true;
  data.colour = Colour::kNone;
  lens.steps = {1000};
  for (const bool with_provenance : {false, true}) {
    write("resolved.yaml", binder.to_yaml(with_provenance));
    ConfigBinder again;
    Shared probes_back;
    AllKinds data_back, lens_back;
    again.bind("probes", probes_back);
    again.bind("data", data_back);
    again.bind("probes.lens", lens_back);
    again.load("resolved", {});
    EXPECT_EQ(again.to_yaml(false), binder.to_yaml(false));
    EXPECT_EQ(data_back.rate, data.rate);
    EXPECT_EQ(data_back.scales, data.scales);
    EXPECT_TRUE(data_back.names.empty());
  }
}

TEST_F(ConfigText, AwkwardTextsRoundTrip) {
  for (const std::string text :
       {"",    " ",    "null", "~",    "true", "0123456789",  "2e4",   "a: b",
        "# c", "'",    "\"",   "[x]",  "*a",   "line\nbreak", "tab\t", "\xC3\xA9t\xC3\xA9",
        "-",   "!tag", "%x",   "a #b", "\\",   "yes",         "a\r\r", "\x01",
        "\x7f"}) {
    data.title = text;
    write("resolved.yaml", binder.to_yaml(true));
    data.title = "other";
    binder.load("resolved", {});
    EXPECT_EQ(data.title, text);
  }
}

TEST_F(ConfigText, TextsThatLookLikeNumbersAreQuotedForOtherReaders) {
  data.title = "0123456789";
  EXPECT_NE(binder.to_yaml(false).find("title: \"0123456789\""), std::string::npos);
}

TEST_F(ConfigText, HelpNamesEveryKeyWithValueMeaningAndRange) {
  const std::string help = binder.help();
  for (const std::string& path : binder.paths()) {
    EXPECT_NE(help.find(path + " = "), std::string::npos) << path;
  }
  EXPECT_NE(help.find("data.count = 3\n    How many.\n    (an integer from 1 to 100)\n"),
            std::string::npos)
      << help;
}

TEST_F(ConfigText, HelpKeepsToItsWidth) {
  std::istringstream lines(binder.help(40));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 40u) << line;
}

TEST_F(ConfigText, PathsAreInTheOrderOfBinding) {
  const std::vector<std::string> paths = binder.paths();
  ASSERT_EQ(paths.size(), 17u);
  EXPECT_EQ(paths.front(), "probes.n_examples");
  EXPECT_EQ(paths[1], "data.count");
  EXPECT_EQ(paths.back(), "probes.lens.names");
}

}  // namespace
}  // namespace kairo
