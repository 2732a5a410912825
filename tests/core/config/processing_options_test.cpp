#include "core/config/processing_options.h"

#include "core/config/config_file.h"
#include "core/config/options.h"
#include "tests/core/config/config_test_folder.h"

namespace kairo {
namespace {

using ProcessingOptionsTest = ConfigTest;

TEST_F(ProcessingOptionsTest, AreAllOffByDefault) {
  EXPECT_EQ(to_json(ProcessingOptions()),
            R"({"fold_ln":false,"center_writing_weights":false,"center_unembed":false,)"
            R"("fold_value_biases":false})");
  EXPECT_FALSE(changes_weights(ProcessingOptions()));
}

TEST_F(ProcessingOptionsTest, AnyOneOfThemChangesWeights) {
  for (const std::string name :
       {"fold_ln", "center_writing_weights", "center_unembed", "fold_value_biases"}) {
    ProbesOptions probes;
    ConfigBinder binder;
    binder.bind("probes", probes);
    binder.bind("probes.processing", probes.processing);
    binder.load("", {"probes.processing." + name + "=true"});
    EXPECT_TRUE(changes_weights(probes.processing)) << name;
    EXPECT_NE(to_json(probes.processing).find("\"" + name + "\":true"), std::string::npos);
  }
}

}  // namespace
}  // namespace kairo
