#include "core/data/dataset_file.h"

#include <filesystem>
#include <fstream>

#include "core/data/dataset_summary.h"
#include "core/store/hdf5_file.h"
#include "studies/late_disambiguation/data/options.h"
#include "tests/core/data/task_requests.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

class DatasetFile : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("dataset_file_") + test->name() + "_" +
               std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name = "dataset.h5") const { return folder_ / name; }

  std::filesystem::path folder_;
};

void expect_equal(const DatasetArrays& a, const DatasetArrays& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.vocabulary, b.vocabulary);
  EXPECT_EQ(a.n_examples, b.n_examples);
  EXPECT_EQ(a.n_pos, b.n_pos);
  EXPECT_EQ(a.tokens, b.tokens);
  EXPECT_EQ(inputs_table(a), inputs_table(b));
  EXPECT_EQ(labels_table(a), labels_table(b));
  EXPECT_EQ(a.lengths, b.lengths);
  EXPECT_EQ(a.spans, b.spans);
  EXPECT_EQ(a.split, b.split);
  EXPECT_EQ(a.group, b.group);
  EXPECT_EQ(a.part, b.part);
  EXPECT_EQ(a.part_letter, b.part_letter);
  EXPECT_EQ(a.part_value, b.part_value);
  EXPECT_EQ(a.values, b.values);
  EXPECT_EQ(a.choices, b.choices);
  EXPECT_EQ(a.ambiguity_nats, b.ambiguity_nats);
  ASSERT_EQ(a.floors.size(), b.floors.size());
  for (std::size_t i = 0; i < a.floors.size(); ++i) {
    EXPECT_EQ(a.floors[i].name, b.floors[i].name);
    EXPECT_EQ(a.floors[i].quantity, b.floors[i].quantity);
    EXPECT_EQ(a.floors[i].nats, b.floors[i].nats);
    EXPECT_EQ(a.floors[i].definition, b.floors[i].definition);
  }
  EXPECT_EQ(content_hash(a), content_hash(b));
}

// Writes, reads, compares.
void expect_kept(const std::string& path, const DatasetArrays& arrays) {
  write_dataset(path, MemoryDataset(arrays));
  expect_equal(read_dataset(path)->arrays(), arrays);
}

TEST_F(DatasetFile, GivesBackEveryDirectionAndAttentionKind) {
  for (const Direction direction :
       {Direction::kBzToA, Direction::kAzToB, Direction::kBToA, Direction::kAToB}) {
    for (const AttentionDir attention : {AttentionDir::kCausal, AttentionDir::kBidirectional}) {
      TaskRequest request = small_request(direction);
      request.attention_dir = attention;
      request.data.as<DisambiguationOptions>().probe_fraction = 0.25;
      expect_kept(path(), arrays_of(request));
    }
  }
}

TEST_F(DatasetFile, SummaryIsWhatTheWholeSays) {
  const auto made = make_dataset(small_request());
  const DatasetArrays& data = made->arrays();
  write_dataset(path(), *made);
  const DatasetSummary summary = read_dataset_summary(path());
  EXPECT_EQ(summary.d_vocab, 12);
  EXPECT_EQ(summary.task, data.name);
  EXPECT_EQ(summary.ambiguity_nats, data.ambiguity_nats);
  EXPECT_EQ(summary.content_hash, content_hash(data));
  ASSERT_EQ(summary.floors.size(), data.floors.size());
  EXPECT_EQ(summary.floors[0].nats, data.floors[0].nats);
}

TEST_F(DatasetFile, GivesBackADatasetWithoutCandidatesAndFloors) {
  DatasetArrays data = arrays_of(small_request());
  data.choices.clear();
  data.floors.clear();
  expect_kept(path(), data);
}

TEST_F(DatasetFile, GivesBackExamplesOfDifferentLengthAndSpansOfEachExample) {
  DatasetArrays data;
  data.name = "uneven";
  data.vocabulary = {"PAD", "a", "b", "c"};
  data.n_examples = 2;
  data.n_pos = 4;
  data.tokens = {1, 2, 3, 0, 2, 1, 3, 1};
  data.labels = {-1, 3, -1, -1, 1, -1, 1, -1};
  data.lengths = {3, 4};
  data.split = {Split::kTrain, Split::kHeldOut};
  data.spans["target"] = {{2, 3}, {3, 4}};
  expect_kept(path(), data);
  const auto read = read_dataset(path());
  EXPECT_EQ(read->spans()->at("target", 1), (Span{3, 4}));
  EXPECT_FALSE(fixed_span(*read, "target"));
  EXPECT_FALSE(read->info().equal_length);
  EXPECT_EQ(read->choices(), nullptr);
  EXPECT_EQ(read->alternatives(), nullptr);
  EXPECT_EQ(read->documents(), nullptr);
}

TEST_F(DatasetFile, HasTheDocumentedLayout) {
  const auto made = make_dataset(small_request());
  const DatasetArrays& data = made->arrays();
  write_dataset(path(), *made);
  const Hdf5Reader file(path());
  using Shape = std::vector<int64_t>;
  EXPECT_TRUE(file.has_digest());
  EXPECT_EQ(file.text_attribute("/", "format"), "kairoscope-dataset");
  EXPECT_EQ(file.integer_attribute("/", "format_version"), 1);
  EXPECT_EQ(file.text_attribute("/", "task"), "disambiguation/bz_to_a");
  EXPECT_EQ(file.text_attribute("/", "content_hash"), content_hash(data));
  EXPECT_EQ(file.real_attribute("/", "ambiguity_nats"), data.ambiguity_nats);
  for (const char* name : {"/tokens", "/inputs", "/labels"}) {
    EXPECT_EQ(file.shape(name), (Shape{36, 11}));
  }
  for (const char* name : {"/split", "/group", "/selector"}) {
    EXPECT_EQ(file.shape(name), (Shape{36}));
  }
  EXPECT_EQ(file.shape("/selectors"), (Shape{3, 2}));
  EXPECT_EQ(file.shape("/candidates"), (Shape{12, 3, 2}));
  EXPECT_EQ(file.texts("/vocabulary"), data.vocabulary);
  EXPECT_EQ(file.integers("/spans/target"), (Shape{8, 10}));
  EXPECT_EQ(file.doubles("/floors/nats")[0], data.floors[0].nats);
  EXPECT_EQ(file.texts("/floors/quantity"),
            (std::vector<std::string>{"first_target_loss", "loss"}));
}

TEST_F(DatasetFile, WithoutZHasNoSelectors) {
  write_dataset(path(), *make_dataset(small_request(Direction::kBToA)));
  const Hdf5Reader file(path());
  EXPECT_FALSE(file.exists("/selector"));
  EXPECT_FALSE(file.exists("/selectors"));
  EXPECT_FALSE(file.exists("/spans/selector"));
}

TEST(MemoryDatasetTest, RefusesPartsThatDoNotFit) {
  const DatasetArrays data = arrays_of(small_request());
  std::vector<DatasetArrays> broken(10, data);
  broken[0].labels = {1};
  broken[1].tokens[3] = static_cast<int32_t>(data.d_vocab());
  broken[2].spans["base"][0].end = data.n_pos + 1;
  broken[3].group[0] = 12;
  broken[4].part_value.clear();
  broken[5].choices[3].pop_back();
  broken[6].split.pop_back();
  broken[7].n_examples = 0;
  broken[8].spans.erase("target");
  broken[9].lengths = {3};
  for (const DatasetArrays& each : broken) {
    error_text(ErrorKind::kShape, [&] { const MemoryDataset refused(each); });
  }
}

TEST_F(DatasetFile, DamageIsFoundAtEveryFifthOfTheFile) {
  write_dataset(path(), *make_dataset(small_request()));
  const auto size = std::filesystem::file_size(path());
  for (int fifth = 1; fifth < 5; ++fifth) {
    const std::string copy = path("damaged.h5");
    std::filesystem::copy_file(path(), copy, std::filesystem::copy_options::overwrite_existing);
    std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(size * fifth / 5));
    const char flipped = static_cast<char>(file.peek() ^ 0x10);
    file.seekp(static_cast<std::streamoff>(size * fifth / 5));
    file.put(flipped);
    file.close();
    error_text(ErrorKind::kCorrupt, [&] { read_dataset(copy); });
  }
}

// Its summary has no content hash to be held against: only the digest tells a changed floor.
TEST_F(DatasetFile, WithoutItsDigestItIsRefused) {
  write_dataset(path(), *make_dataset(small_request()));
  {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file << std::string(512, '\0');
  }
  for (const bool summary : {false, true}) {
    const std::string text = error_text(ErrorKind::kCorrupt, [&] {
      summary ? static_cast<void>(read_dataset_summary(path()))
              : static_cast<void>(read_dataset(path()));
    });
    EXPECT_TRUE(contains(text, "dataset.h5") && contains(text, "digest")) << text;
  }
}

TEST_F(DatasetFile, MissingCutAndForeignFilesAreToldApart) {
  error_text(ErrorKind::kNotFound, [&] { read_dataset(path("none.h5")); });
  write_dataset(path(), *make_dataset(small_request()));
  std::filesystem::resize_file(path(), std::filesystem::file_size(path()) / 2);
  error_text(ErrorKind::kCorrupt, [&] { read_dataset(path()); });
  Hdf5Writer foreign;
  foreign.attribute("/", "format", std::string("kairoscope-checkpoint"));
  foreign.write(path("foreign.h5"), true);
  const std::string text =
      error_text(ErrorKind::kCorrupt, [&] { read_dataset(path("foreign.h5")); });
  EXPECT_TRUE(contains(text, "kairoscope-dataset")) << text;
  EXPECT_TRUE(contains(text, "foreign.h5")) << text;
}

// One example "BOS a EOS" with target a, written without write_dataset's checks.
void write_by_hand(const std::string& path, int64_t target_token, const std::string& hash) {
  const int64_t tokens[] = {1, target_token, 2};
  const int64_t labels[] = {target_token, 2, kNoLabel};
  const int64_t group = 0;
  const int8_t split = 0;
  const int64_t target[] = {1, 2};
  Hdf5Writer file;
  file.attribute("/", "format", std::string("kairoscope-dataset"));
  file.attribute("/", "format_version", int64_t{1});
  file.attribute("/", "task", std::string("by hand"));
  file.attribute("/", "content_hash", hash);
  file.attribute("/", "ambiguity_nats", 0.0);
  file.array("/tokens", {1, 3}, tokens);
  file.array("/inputs", {1, 3}, tokens);
  file.array("/labels", {1, 3}, labels);
  file.array("/group", {1}, &group);
  file.array("/split", {1}, &split);
  file.array("/spans/target", {2}, target);
  file.texts("/vocabulary", {"PAD", "BOS", "EOS", "SEP", "a"});
  file.write(path, true);
}

TEST_F(DatasetFile, WholeFilesWithWrongContentAreRefused) {
  write_by_hand(path(), 5, "");
  EXPECT_TRUE(contains(error_text(ErrorKind::kCorrupt, [&] { read_dataset(path()); }),
                       "tokens: 5 is not in [0, 5)"));
  write_by_hand(path(), 4, "0123");
  const std::string text = error_text(ErrorKind::kCorrupt, [&] { read_dataset(path()); });
  EXPECT_TRUE(contains(text, "the file names 0123")) << text;
}

TEST_F(DatasetFile, FilesOfAnotherWriterAreReadWhereTheHashAgrees) {
  DatasetArrays data;
  data.name = "by hand";
  data.vocabulary = {"PAD", "BOS", "EOS", "SEP", "a"};
  data.n_examples = 1;
  data.n_pos = 3;
  data.tokens = {1, 4, 2};
  data.labels = {4, 2, kNoLabel};
  data.spans["target"] = {{1, 2}};
  data.split = {Split::kTrain};
  data.group = {0};
  write_by_hand(path(), 4, content_hash(data));
  expect_equal(read_dataset(path())->arrays(), data);
}

TEST_F(DatasetFile, ANewerFormatVersionIsRefusedNamingIt) {
  Hdf5Writer newer;
  newer.attribute("/", "format", std::string("kairoscope-dataset"));
  newer.attribute("/", "format_version", int64_t{2});
  newer.write(path(), true);
  const std::string text = error_text(ErrorKind::kCorrupt, [&] { read_dataset(path()); });
  EXPECT_TRUE(contains(text, "of version 2, and this program reads versions up to 1")) << text;
}

}  // namespace
}  // namespace kairo
