#include "analysis/run_data.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "analysis/transition.h"
#include "core/base/error.h"
#include "core/data/dataset_file.h"
#include "core/data/task.h"
#include "core/files/atomic_file.h"
#include "studies/late_disambiguation/data/options.h"
#include "tests/analysis/made_run.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

DatasetArrays made_dataset(Direction direction, int64_t k) {
  TaskRequest request{"disambiguation", {}, AttentionDir::kCausal, 3};
  request.data.as<DisambiguationOptions>().task = direction;
  request.data.as<DisambiguationOptions>().n_unique_b = 20;
  request.data.as<DisambiguationOptions>().k = k;
  return make_dataset(request)->arrays();
}

class LoadRun : public testing::Test {
 protected:
  void SetUp() override {
    base_ = std::filesystem::temp_directory_path() /
            ("kairo_load_run_" + std::to_string(getpid()) + "_" +
             testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(base_);
    create_folder((base_ / "e").string());
  }
  void TearDown() override { std::filesystem::remove_all(base_); }

  RunDirectory run() const { return {base_.string(), "e"}; }

  // The dataset and, for each probe, a made record of it.
  void write(const DatasetArrays& data, const std::vector<std::string>& probes) {
    write_dataset(run().dataset_file(), MemoryDataset(data));
    for (const std::string& probe : probes) {
      Record record = made::record_of(probe, "z_gap", {0, 200, 400, 600, 800},
                                      {{0, 0}, {0, 0}, {1, 2}, {1, 2}, {1, 2}});
      record.key.dataset_hash = content_hash(data);
      create_folder(std::filesystem::path(run().record(probe, "default")).parent_path().string());
      write_record(run().record(probe, "default"), record);
    }
  }

  RunData load(const std::vector<std::string>& probes, const std::string& label = "default") const {
    return load_run(run(), label, probes, TransitionsOptions{}, 200);
  }

  std::filesystem::path base_;
};

TEST(PositionNames, AreTheTasksWords) {
  EXPECT_EQ(position_names(made_dataset(Direction::kBzToA, 3)),
            (std::vector<std::string>{"BOS", "B1", "B2", "B3", "B4", "B5", "B6", "SEP", "z1", "z2",
                                      "SEP", "A1", "A2", "A3", "A4", "EOS"}));
  EXPECT_EQ(position_names(made_dataset(Direction::kAToB, 3)),
            (std::vector<std::string>{"BOS", "A1", "A2", "A3", "A4", "SEP", "B1", "B2", "B3", "B4",
                                      "B5", "B6", "EOS"}));
}

TEST(PositionNames, OfAnotherTaskAreInitialsAndNumbers) {
  DatasetArrays data;
  data.name = "text";
  data.vocabulary = {"PAD", "x", "y"};
  data.n_examples = 2;
  data.n_pos = 3;
  data.tokens = {1, 2, 0, /**/ 2, 2, 0};
  data.spans["target"] = {{2, 3}};
  EXPECT_EQ(position_names(data), (std::vector<std::string>{"0", "y", "T1"}));
}

TEST_F(LoadRun, ReadsDatasetRecordsAndMetrics) {
  const DatasetArrays data = made_dataset(Direction::kBzToA, 3);
  write(data, {"z_shuffle"});
  write_file_atomically(run().metrics_file(),
                        "{\"step\":0,\"loss\":3.5}\n{\"step\":100,\"loss\":2}\n");
  const RunData loaded = load({"z_shuffle"});
  EXPECT_EQ(loaded.experiment, "e");
  EXPECT_EQ(loaded.task, data.name);
  EXPECT_EQ(loaded.n_examples, 60);
  EXPECT_EQ(loaded.dataset_hash, content_hash(data));
  EXPECT_EQ(loaded.spans.at("target"), data.span("target"));
  EXPECT_DOUBLE_EQ(loaded.ambiguity_nats, std::log(3.0));
  EXPECT_EQ(loaded.floors.size(), data.floors.size());
  EXPECT_EQ(loaded.metrics.columns.at("loss"), (std::vector<double>{3.5, 2}));
  EXPECT_EQ(loaded.checkpoint_spacing, 200);
  ASSERT_NE(loaded.record("z_shuffle"), nullptr);
  EXPECT_EQ(loaded.record("z_shuffle")->quantity("z_gap").mean[2], 1.5);
  EXPECT_EQ(find_transitions(loaded)[0].crossing.step, 400);
}

TEST_F(LoadRun, WithoutMetricsHasNone) {
  write(made_dataset(Direction::kBzToA, 3), {});
  EXPECT_TRUE(load({}).metrics.steps.empty());
}

TEST_F(LoadRun, AMissingRecordIsLeftOutAndItsLabelIsKept) {
  write(made_dataset(Direction::kBzToA, 3), {});
  const RunData loaded = load({"z_shuffle"}, "other");
  EXPECT_EQ(loaded.record("z_shuffle"), nullptr);
  EXPECT_EQ(loaded.left_out.at("z_shuffle"), not_run_words("z_shuffle"));
  EXPECT_EQ(loaded.label, "other");
  EXPECT_EQ(load({"z_shuffle"}).label, "default");
}

TEST_F(LoadRun, AProbeWithoutMeaningSaysSoInItsRecord) {
  const DatasetArrays data = made_dataset(Direction::kBToA, 3);
  write(data, {"z_shuffle"});
  Record record;
  record.key.probe = "z_shuffle";
  record.key.label = "default";
  record.key.dataset_hash = content_hash(data);
  record.left_out = "the task has no selector z";
  write_record(run().record("z_shuffle", "default"), record);
  const RunData loaded = load({"z_shuffle"});
  EXPECT_EQ(loaded.record("z_shuffle"), nullptr);
  EXPECT_EQ(loaded.left_out.at("z_shuffle"), "the task has no selector z");
}

TEST_F(LoadRun, ARecordOfAnotherDatasetIsLeftOut) {
  write(made_dataset(Direction::kBzToA, 3), {"z_shuffle"});
  write_dataset(run().dataset_file(), MemoryDataset(made_dataset(Direction::kBzToA, 4)));
  const RunData loaded = load({"z_shuffle"});
  EXPECT_EQ(loaded.record("z_shuffle"), nullptr);
  EXPECT_NE(loaded.left_out.at("z_shuffle").find("another dataset"), std::string::npos);
}

TEST_F(LoadRun, ADamagedRecordIsAnError) {
  write(made_dataset(Direction::kBzToA, 3), {"z_shuffle"});
  write_file_atomically(run().record("z_shuffle", "default"), "not a record");
  EXPECT_THROW(load({"z_shuffle"}), Error);
}

TEST_F(LoadRun, DamagedFilesAreLeftOutWhereTheyMayBe) {
  write(made_dataset(Direction::kBzToA, 3), {"z_shuffle", "logit_lens"});
  std::filesystem::copy_file(run().record("z_shuffle", "default"),
                             run().record("logit_lens", "default"),
                             std::filesystem::copy_options::overwrite_existing);
  write_file_atomically(run().metrics_file(), "{\"step\":0,\n{\"step\":1}\n");
  EXPECT_THROW(load({}), Error);
  const RunData loaded = load_run(run(), "default", {"z_shuffle", "logit_lens"},
                                  TransitionsOptions{}, 200, DamagedFiles::kLeftOut);
  EXPECT_EQ(loaded.damaged, (std::vector<std::string>{kMetricsName, "logit_lens"}));
  EXPECT_TRUE(loaded.metrics.steps.empty());
  EXPECT_NE(loaded.record("z_shuffle"), nullptr);
  EXPECT_EQ(loaded.record("logit_lens"), nullptr);
  EXPECT_NE(loaded.left_out.at(kMetricsName).find("metrics.jsonl:1"), std::string::npos);
  EXPECT_NE(loaded.left_out.at("logit_lens").find("of \"z_shuffle\""), std::string::npos);
}

TEST_F(LoadRun, AMissingRunOrDatasetIsAnError) {
  EXPECT_THROW(load({}), Error);  // no dataset.h5
  EXPECT_THROW(load_run(RunDirectory(base_.string(), "nowhere"), "default", {}, {}, 200), Error);
}

}  // namespace
}  // namespace kairo
