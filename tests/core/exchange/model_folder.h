// A Hugging Face folder of a test's own, from a golden case: change config and tensors, write,
// read.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/exchange/hugging_face.h"
#include "core/exchange/safetensors.h"
#include "core/files/atomic_file.h"
#include "tests/core/store/temporary_folder.h"
#include "tests/paths.h"

namespace kairo {

inline std::string golden_folder(const std::string& name) {
  return source_dir() + "/tests/golden/" + name;
}

class ModelFolder {
 public:
  explicit ModelFolder(const std::string& golden)
      : config(nlohmann::json::parse(read_file(golden_folder(golden) + "/config.json"))) {
    SafetensorsReader reader(golden_folder(golden) + "/model.safetensors");
    for (const SafetensorsEntry& entry : reader.entries()) {
      tensors.push_back({entry.name, entry.shape, reader.floats(entry.name)});
    }
  }

  NamedArray& tensor(const std::string& name) {
    for (NamedArray& each : tensors) {
      if (each.name == name) return each;
    }
    throw Error(ErrorKind::kNotFound).at(name).expected("a tensor of the golden case").came("none");
  }
  void remove(const std::string& name) {
    tensors.erase(tensors.begin() + (&tensor(name) - tensors.data()));
  }

  const std::string& path() const { return folder_.path(); }
  std::string file(const std::string& name) const { return folder_.file(name); }

  void write_config() const { write_file_atomically(file("config.json"), config.dump()); }
  // config.json and model.safetensors.
  Checkpoint read() const {
    write_config();
    write_safetensors(file("model.safetensors"), tensors, {{"format", "pt"}});
    return read_hugging_face(path());
  }
  // The error of reading, which names the folder.
  std::string refused() const {
    const std::string text = error_of(ErrorKind::kCorrupt, [&] { read(); });
    EXPECT_TRUE(contains(text, path())) << text;
    return text;
  }

  nlohmann::json config;
  std::vector<NamedArray> tensors;

 private:
  TemporaryFolder folder_;
};

inline const NamedArray& parameter(const Checkpoint& checkpoint, const std::string& name) {
  for (const NamedArray& each : checkpoint.parameters) {
    if (each.name == name) return each;
  }
  throw Error(ErrorKind::kNotFound).at(name).expected("a parameter").came("none");
}

inline nlohmann::json model_word(const Checkpoint& checkpoint, const std::string& word) {
  return nlohmann::json::parse(checkpoint.model_json).at(word);
}

inline void expect_same_parameters(const Checkpoint& got, const Checkpoint& expected) {
  ASSERT_EQ(got.parameters.size(), expected.parameters.size());
  for (std::size_t i = 0; i < got.parameters.size(); ++i) {
    EXPECT_EQ(got.parameters[i].name, expected.parameters[i].name);
    EXPECT_EQ(got.parameters[i].shape, expected.parameters[i].shape);
    EXPECT_EQ(got.parameters[i].values, expected.parameters[i].values) << got.parameters[i].name;
  }
}

}  // namespace kairo
