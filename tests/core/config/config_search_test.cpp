#include "core/config/config_search.h"

#include "tests/core/config/config_test_folder.h"

namespace kairo {
namespace {

using ConfigSearch = ConfigTest;

TEST_F(ConfigSearch, FindsAPathThenTheConfigsFolderWithAndWithoutYaml) {
  write("configs/k10.yaml", "");
  EXPECT_EQ(find_config("k10"), "configs/k10.yaml");
  EXPECT_EQ(find_config("k10.yaml"), "configs/k10.yaml");
  EXPECT_EQ(find_config("configs/k10"), "configs/k10.yaml");
  const std::string absolute = std::filesystem::absolute("configs/k10.yaml");
  EXPECT_EQ(find_config(absolute), absolute);
  write("k10.yaml", "");
  EXPECT_EQ(find_config("k10"), "k10.yaml");
}

TEST_F(ConfigSearch, AKindOfConfigHasAFolderOfItsOwnBelow) {
  write("configs/k.yaml", "");
  write("configs/sweeps/k.yaml", "");
  EXPECT_EQ(find_config("k", "sweeps"), "configs/sweeps/k.yaml");
  const std::string message =
      message_of(ErrorKind::kConfig, [] { find_config("kk.yaml", "sweeps"); });
  EXPECT_EQ(
      message.rfind("config kk.yaml: no such config, searched kk.yaml, configs/sweeps/kk.yaml", 0),
      0u)
      << message;
}

TEST_F(ConfigSearch, AFolderOfThatNameIsPassedOver) {
  write("k10/readme.txt", "");
  write("configs/k10.yaml", "");
  EXPECT_EQ(find_config("k10"), "configs/k10.yaml");
}

TEST_F(ConfigSearch, AMissingConfigNamesThePlacesAndTheNearest) {
  write("configs/k10_n1000.yaml", "");
  write("configs/quick.yaml", "");
  const std::string message = message_of(ErrorKind::kConfig, [] { find_config("k10_n100.yaml"); });
  EXPECT_EQ(message,
            "config k10_n100.yaml: no such config, searched k10_n100.yaml, configs/k10_n100.yaml "
            "(did you mean k10_n1000?)");
}

TEST_F(ConfigSearch, WhereNothingIsNearAllConfigsAreNamed) {
  write("configs/quick.yaml", "");
  write("configs/base.yaml", "");
  const std::string message = message_of(ErrorKind::kConfig, [] { find_config("zzzzzzzzzzzz"); });
  EXPECT_NE(message.find("(in configs: base, quick)"), std::string::npos) << message;
}

// .pre-commit-config was offered as a config, and "there" did not say where.
TEST_F(ConfigSearch, HiddenFilesAreNoConfigs) {
  write(".pre-commit-config.yaml", "");
  write("configs/quick.yaml", "");
  const std::string message = message_of(ErrorKind::kConfig, [] { find_config("zzzzzzzzzzzz"); });
  EXPECT_EQ(message.find("pre-commit"), std::string::npos) << message;
  const std::vector<ConfigFolder> listed = list_configs();
  EXPECT_EQ(listed.front().folder, "configs");
  EXPECT_EQ(listed.front().names, std::vector<std::string>{"quick"});
}

TEST_F(ConfigSearch, NothingIsNoName) {
  message_of(ErrorKind::kConfig, [] { find_config(""); });
}

TEST_F(ConfigSearch, AParentIsFirstLookedForBesideItsChild) {
  write("configs/base.yaml", "");
  write("other/base.yaml", "");
  EXPECT_EQ(find_parent_config("base", "other/child.yaml", "other/child.yaml:1"),
            "other/base.yaml");
  EXPECT_EQ(find_parent_config("base", "child.yaml", "child.yaml:1"), "configs/base.yaml");
  const std::string message = message_of(ErrorKind::kConfig, [] {
    find_parent_config("basis", "other/child.yaml", "other/child.yaml:1");
  });
  EXPECT_EQ(message.rfind("other/child.yaml:1: defaults: basis: no such config", 0), 0u) << message;
}

}  // namespace
}  // namespace kairo
