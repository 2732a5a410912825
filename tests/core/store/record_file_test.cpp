#include <H5Cpp.h>
#include <gtest/gtest.h>

#include "core/files/atomic_file.h"
#include "core/store/digest_block.h"
#include "core/store/hdf5_file.h"
#include "core/store/record.h"
#include "core/store/record_means.h"
#include "tests/core/store/damage.h"
#include "tests/core/store/example_record.h"
#include "tests/core/store/temporary_folder.h"
#include "tests/paths.h"

namespace kairo {
namespace {

TEST(RecordFile, WhatIsWrittenIsRead) {
  const TemporaryFolder folder;
  const Record record = example_record();
  write_record(folder.file("x.h5"), record);
  EXPECT_TRUE(equal(read_record(folder.file("x.h5")), record));
}

TEST(RecordMeans, AreThoseOfTheRecordWithoutTheExamples) {
  const TemporaryFolder folder;
  const Record record = example_record();
  write_record(folder.file("x.h5"), record);
  const Record means =
      read_record_means(folder.file("x.h5"), {"effect/resid_pre", "not there", "loss"});
  EXPECT_EQ(means.key.dataset_hash, record.key.dataset_hash);
  EXPECT_EQ(means.steps, record.steps);
  ASSERT_EQ(means.quantities.size(), 2U);
  const SeriesQuantity& whole = record.quantity("effect/resid_pre");
  EXPECT_TRUE(same_values(means.quantities[0].mean, whole.mean));
  EXPECT_TRUE(same_values(means.quantities[0].standard_error, whole.standard_error));
  EXPECT_EQ(means.quantities[0].about.axes.size(), 2U);
  EXPECT_TRUE(means.quantities[0].per_example.empty());
  EXPECT_EQ(means.quantities[1].about.name, "loss");
}

TEST(RecordMeans, ADamagedFileIsRefused) {
  const TemporaryFolder folder;
  write_record(folder.file("x.h5"), example_record());
  std::string bytes = read_file(folder.file("x.h5"));
  bytes[3000] = static_cast<char>(bytes[3000] ^ 1);
  write_file_atomically(folder.file("x.h5"), bytes);
  EXPECT_THROW(read_record_means(folder.file("x.h5"), {"loss"}), Error);
}

TEST(RecordFile, EqualContentGivesEqualBytes) {
  const TemporaryFolder folder;
  write_record(folder.file("a.h5"), example_record());
  write_record(folder.file("b.h5"), read_record(folder.file("a.h5")));
  EXPECT_EQ(read_file(folder.file("a.h5")), read_file(folder.file("b.h5")));
}

TEST(RecordFile, ARecordWithoutStepsOrNotesIsRead) {
  const TemporaryFolder folder;
  Record record;
  record.key = example_key();
  write_record(folder.file("x.h5"), record);
  EXPECT_TRUE(equal(read_record(folder.file("x.h5")), record));
}

TEST(RecordFile, LargeArraysAreCompressedAndEqual) {
  const TemporaryFolder folder;
  StepRecord step = example_step(0);
  Quantity& large = step.quantities[0];
  large.axes = {{"pos", std::vector<int64_t>(100, 1)}};
  large.per_example.assign(100 * 1000, 0.5f);
  large.per_example_rows = 1000;
  summarize(large);
  const Record record = merge(example_key(), {step});
  write_record(folder.file("x.h5"), record);
  EXPECT_LT(read_file(folder.file("x.h5")).size(), 100u * 1000u);
  EXPECT_TRUE(equal(read_record(folder.file("x.h5")), record));
}

TEST(RecordFile, AxesAreScalesWithLabels) {
  const TemporaryFolder folder;
  write_record(folder.file("x.h5"), example_record());
  const Hdf5Reader reader(folder.file("x.h5"));
  const std::string effect = "/quantities/effect/resid_pre";
  EXPECT_EQ(reader.dimension_labels(effect + "/per_example"),
            (std::vector<std::string>{"step", "example", "layer", "pos"}));
  EXPECT_EQ(reader.dimension_labels("/quantities/loss/mean"), std::vector<std::string>{"step"});
  EXPECT_EQ(reader.integers("/axes/effect/resid_pre/pos"), (std::vector<int64_t>{3, 4, 9}));
  EXPECT_EQ(reader.text_attribute("/axes/effect/resid_pre/pos", "CLASS"), "DIMENSION_SCALE");
  EXPECT_TRUE(reader.has_attribute(effect + "/mean", "DIMENSION_LIST"));
  EXPECT_FALSE(reader.exists("/quantities/a_ratio/per_example"));
}

// Exact from weights: no example, no error, and coordinates that are names.
Record record_of_weights() {
  StepRecord step{100, "hash", "", {}};
  Quantity norm;
  norm.name = "norm";
  norm.definition = "Norm of a parameter.";
  norm.units = "1";
  norm.axes = {{"parameter", {0, 1}, {"embed.W_E", "unembed.b_U"}}};
  norm.mean = {1.5, 0};
  norm.standard_error = {kNan, kNan};
  step.quantities = {norm};
  return merge(example_key(), {step});
}

TEST(RecordFile, NamesOfCoordinatesAreKeptAndStandInTheCsv) {
  const TemporaryFolder folder;
  const Record record = record_of_weights();
  write_record(folder.file("x.h5"), record);
  EXPECT_TRUE(equal(read_record(folder.file("x.h5")), record));
  const Hdf5Reader reader(folder.file("x.h5"));
  EXPECT_EQ(reader.texts("/axis_names/norm/parameter"),
            (std::vector<std::string>{"embed.W_E", "unembed.b_U"}));
  write_record_csv(folder.file("x.csv"), record);
  EXPECT_EQ(read_file(folder.file("x.csv")),
            "step,quantity,parameter,mean,standard_error,n\n"
            "100,norm,embed.W_E,1.5,,0\n"
            "100,norm,unembed.b_U,0,,0\n");
}

TEST(RecordFile, NamesOfCoordinatesAreAsManyAsTheseAndFitAField) {
  const TemporaryFolder folder;
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{"one"}, {"a", "b", "c"}, {"a", "b,c"}, {"a", ""}}) {
    Record record = record_of_weights();
    record.quantities[0].about.axes[0].names = names;
    error_of(ErrorKind::kShape, [&] { write_record(folder.file("x.h5"), record); });
  }
}

TEST(RecordFile, NamesAndAxesThatNoFileCouldHoldAreRefused) {
  const TemporaryFolder folder;
  for (const char* name : {"", "/loss", "loss/", "a//b", "a,b", "a b", "a\"b", "a\nb", "../x"}) {
    Record record = example_record();
    record.quantities[0].about.name = name;
    error_of(ErrorKind::kShape, [&] { write_record(folder.file("x.h5"), record); });
  }
  Record twice = example_record();
  twice.quantities[1].about.axes[1].name = "layer";
  error_of(ErrorKind::kShape, [&] { write_record(folder.file("x.h5"), twice); });
  Record cut = example_record();
  cut.quantities[1].standard_error.pop_back();
  error_of(ErrorKind::kShape, [&] { write_record(folder.file("x.h5"), cut); });
  Record backwards = example_record();
  std::swap(backwards.steps[0], backwards.steps[1]);
  error_of(ErrorKind::kShape, [&] { write_record(folder.file("x.h5"), backwards); });
  EXPECT_EQ(folder.entries(), 0);
}

TEST(RecordFile, OtherAndDamagedFilesAreRefused) {
  const TemporaryFolder folder;
  write_record(folder.file("x.h5"), example_record());
  std::string bytes = read_file(folder.file("x.h5"));
  bytes[bytes.size() / 2] ^= 1;
  write_file_atomically(folder.file("x.h5"), bytes);
  error_of(ErrorKind::kCorrupt, [&] { read_record(folder.file("x.h5")); });
  error_of(ErrorKind::kCorrupt,
           [] { read_record(source_dir() + "/tests/golden/attn_only.checkpoint.h5"); });
  error_of(ErrorKind::kNotFound, [&] { read_record(folder.file("nowhere.h5")); });
}

// Whoever changes a file and gives it a digest that fits is still held to the shapes.
TEST(RecordFile, ArraysThatDoNotFitTheirAxesAreRefused) {
  const TemporaryFolder folder;
  write_record(folder.file("x.h5"), example_record());
  {
    H5::H5File file(folder.file("x.h5"), H5F_ACC_RDWR);
    file.unlink("/quantities/loss/mean");
    const hsize_t two = 2;
    file.createDataSet("/quantities/loss/mean", H5::PredType::IEEE_F64LE, H5::DataSpace(1, &two));
  }
  std::string bytes = read_file(folder.file("x.h5"));
  seal(bytes);
  write_file_atomically(folder.file("x.h5"), bytes);
  const std::string text = error_of(ErrorKind::kCorrupt, [&] { read_record(folder.file("x.h5")); });
  EXPECT_TRUE(contains(text, "/quantities/loss/mean")) << text;
}

TEST(RecordFile, NoRegionCanBeHarmedUnseen) {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.h5");
  Record other = example_record();
  other.quantities[0].mean[1] = 5;
  write_record(path, other);
  const std::string other_bytes = read_file(path);
  write_record(path, example_record());
  for (const Damage& damage : damages(read_file(path), other_bytes, 60)) {
    put_bytes(path, damage.bytes);
    try {
      EXPECT_TRUE(equal(read_record(path), example_record())) << damage.what;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kCorrupt) << damage.what << ": " << error.what();
      EXPECT_TRUE(contains(error.what(), path)) << damage.what << ": " << error.what();
    }
  }
}

// A block of zeros was taken for "no digest": with the first sector emptied a flipped value was
// read.
TEST(RecordFile, WithoutItsDigestARecordIsRefusedWhole) {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.h5");
  write_record(path, example_record());
  const std::string whole = read_file(path), unsealed = without_digest(whole);
  std::vector<Damage> unsealed_files = damages(unsealed, "", 20);
  unsealed_files.push_back({"the digest alone", unsealed});
  unsealed_files.push_back({"the whole block", whole.substr(kUserBlockSize)});
  for (const Damage& damage : unsealed_files) {
    put_bytes(path, damage.bytes);
    for (const bool means : {false, true}) {
      const std::string text = error_of(ErrorKind::kCorrupt, [&] {
        means ? read_record_means(path, {"loss"}) : read_record(path);
      });
      EXPECT_TRUE(contains(text, path)) << damage.what << ": " << text;
    }
    StepRecord step;
    EXPECT_FALSE(read_step_record(path, example_key(), "hash0", step)) << damage.what;
  }
}

TEST(RecordFile, ANewerFormatSaysWhichVersionIsRead) {
  const TemporaryFolder folder;
  Hdf5Writer writer;
  writer.format("kairoscope-record", 2);
  writer.write(folder.file("x.h5"), true);
  const std::string text = error_of(ErrorKind::kCorrupt, [&] { read_record(folder.file("x.h5")); });
  EXPECT_TRUE(contains(text, "x.h5") && contains(text, "version 2")) << text;
}

// A record copied to another probe's name was drawn as that probe's.
TEST(RecordFile, AnotherProbesOrLabelsRecordIsToldByItsPlace) {
  const TemporaryFolder folder;
  const Record record = example_record();
  const auto place = [&](const std::string& probe, const std::string& label) {
    create_folder(folder.file("run/probes/" + probe));
    const std::string path = folder.file("run/probes/" + probe + "/" + label + ".h5");
    write_record(path, record);
    return path;
  };
  EXPECT_TRUE(equal(read_record(place(record.key.probe, record.key.label)), record));
  for (const std::string& path :
       {place("logit_lens", record.key.label), place(record.key.probe, "fine.2")}) {
    for (const bool means : {false, true}) {
      const std::string text = error_of(ErrorKind::kCorrupt, [&] {
        means ? read_record_means(path, {"loss"}) : read_record(path);
      });
      EXPECT_TRUE(contains(text, path) && contains(text, "\"default\" of \"causal_patching\""))
          << text;
    }
  }
}

class StepRecordFile : public testing::Test {
 protected:
  void SetUp() override { write_step_record(path(), example_key(), example_step(200)); }

  std::string path() const { return folder_.file("step_00000200.h5"); }

  bool usable(const RecordKey& key, const std::string& hash) const {
    StepRecord record;
    record.step = -5;
    const bool read = read_step_record(path(), key, hash, record);
    EXPECT_EQ(record.step, read ? 200 : -5) << "untouched where not usable";
    return read;
  }

  TemporaryFolder folder_;
};

TEST_F(StepRecordFile, WhatIsWrittenIsRead) {
  StepRecord record;
  ASSERT_TRUE(read_step_record(path(), example_key(), "hash200", record));
  EXPECT_TRUE(equal(record, example_step(200)));
}

TEST_F(StepRecordFile, EveryPartOfTheKeyMustAgree) {
  const auto with = [](auto change) {
    RecordKey key = example_key();
    change(key);
    return key;
  };
  EXPECT_TRUE(usable(example_key(), "hash200"));
  EXPECT_FALSE(usable(example_key(), "hash201"));
  EXPECT_FALSE(usable(with([](RecordKey& k) { k.probe = "x"; }), "hash200"));
  EXPECT_FALSE(usable(with([](RecordKey& k) { k.label = "x"; }), "hash200"));
  EXPECT_FALSE(usable(with([](RecordKey& k) { k.settings = "{}"; }), "hash200"));
  EXPECT_FALSE(usable(with([](RecordKey& k) { k.dataset_hash = "x"; }), "hash200"));
  EXPECT_FALSE(usable(with([](RecordKey& k) { k.code_version = "9.9.9"; }), "hash200"));
  EXPECT_TRUE(usable(with([](RecordKey& k) { k.code_version += "+another_commit"; }), "hash200"));
  EXPECT_FALSE(usable(with([](RecordKey& k) { k.seed = 8; }), "hash200"));
  EXPECT_FALSE(usable(with([](RecordKey& k) { k.n_examples = 4; }), "hash200"));
}

TEST_F(StepRecordFile, DamagedMissingOrMergedFilesAreNotUsed) {
  const std::string bytes = read_file(path());
  write_file_atomically(path(), bytes.substr(0, bytes.size() - 1));
  EXPECT_FALSE(usable(example_key(), "hash200"));
  std::filesystem::remove(path());
  EXPECT_FALSE(usable(example_key(), "hash200"));
  write_record(path(), example_record());
  EXPECT_FALSE(usable(example_key(), "hash0"));
}

TEST(RecordCsv, OneRowAStepAndElement) {
  const TemporaryFolder folder;
  StepRecord step = example_step(200);
  step.quantities.erase(step.quantities.begin() + 1);
  Quantity& layered = step.quantities.emplace_back();
  layered.name = "layered";
  layered.axes = {{"layer", {0, 1}}, {"head", {5}}};
  layered.mean = {1.0 / 3, 1e-20};
  layered.standard_error = {123456789.125, std::numeric_limits<double>::infinity()};
  layered.n_examples = 4;
  write_record_csv(folder.file("x.csv"), merge(example_key(), {step}));
  EXPECT_EQ(read_file(folder.file("x.csv")),
            "step,quantity,head,layer,mean,standard_error,n\n"
            "200,loss,,,201,1,2\n"
            "200,a_ratio,0,,66.6666667,0.5,3\n"
            "200,a_ratio,1,,,,3\n"
            "200,layered,5,0,0.333333333,123456789,4\n"
            "200,layered,5,1,1e-20,inf,4\n");
}

TEST(RecordCsv, RowsOfAllStepsStandInOrder) {
  const TemporaryFolder folder;
  write_record_csv(folder.file("x.csv"), example_record());
  const std::string text = read_file(folder.file("x.csv"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 3 * (1 + 6 + 2));
  EXPECT_TRUE(contains(text, "\n200,effect/resid_pre,1,9,,"));
  EXPECT_LT(text.find("\n0,a_ratio"), text.find("\n200,loss"));
}

}  // namespace
}  // namespace kairo
