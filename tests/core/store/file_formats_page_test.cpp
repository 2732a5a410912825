// The example of docs/file-formats.md is run by h5py on files made here: page, files and h5py
// agree.
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/files/atomic_file.h"
#include "core/store/record.h"
#include "tests/core/store/example_checkpoint.h"
#include "tests/core/store/example_record.h"
#include "tests/core/store/temporary_folder.h"
#include "tests/paths.h"

namespace kairo {
namespace {

nlohmann::json expected_of(const Checkpoint& checkpoint, const Record& record,
                           const std::string& quantity) {
  nlohmann::json expected;
  expected["step"] = checkpoint.step;
  expected["model_words"] = nlohmann::json::parse(checkpoint.model_json);
  for (const NamedArray& parameter : checkpoint.parameters) {
    expected["parameters"][parameter.name] = {{"shape", parameter.shape},
                                              {"values", parameter.values}};
  }
  expected["steps"] = record.steps;
  expected["quantity"] = quantity;
  expected["mean"] = record.quantity(quantity).mean;
  expected["units"] = record.quantity(quantity).about.units;
  expected["axes"] = {"step"};
  expected["coordinates"]["step"] = record.steps;
  for (const Axis& axis : record.quantity(quantity).about.axes) {
    expected["axes"].push_back(axis.name);
    expected["coordinates"][axis.name] = axis.values;
  }
  return expected;
}

TEST(FileFormatsPage, ItsExampleReadsOurFilesThroughH5py) {
  const TemporaryFolder folder;
  Checkpoint checkpoint = example_checkpoint();
  write_checkpoint(folder.file("checkpoint.h5"), checkpoint);
  Record record = example_record();
  record.quantities.pop_back();  // "effect/resid_pre" is then the first by name
  write_record(folder.file("record.h5"), record);
  write_file_atomically(folder.file("expected.json"),
                        expected_of(checkpoint, record, "effect/resid_pre").dump());
  const std::string command = "/usr/bin/python3 " + source_dir() +
                              "/tests/core/store/read_with_h5py.py " + source_dir() +
                              "/docs/file-formats.md " + folder.path();
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
}

}  // namespace
}  // namespace kairo
