// HDF5 files made from bytes, for readers of files that carry a digest: the layout of a valid file,
// then changed by commands of a few bytes each. HDF5's own parser is met through the raw bytes of
// checkpoints, which may lack a digest and are then opened in a child process.
#pragma once

#include <stdlib.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/store/hdf5_file.h"
#include "tests/fuzz/memory_file.h"

namespace kairo {

enum class EntryKind { kFloats, kDoubles, kIntegers, kTexts, kGroup, kNothing };

struct MadeAttribute {
  EntryKind kind = EntryKind::kTexts;
  std::string text;
  int64_t integer = 0;
};

struct MadeEntry {
  EntryKind kind = EntryKind::kGroup;
  std::vector<int64_t> shape;
  std::vector<double> values;  // as many as the shape says, repeated where there are fewer
  std::vector<std::string> labels;
  std::map<std::string, MadeAttribute> attributes;
};

using MadeFile = std::map<std::string, MadeEntry>;  // by path, so parents come first

// The input, taken byte by byte; zeros when it is used up.
class Bytes {
 public:
  Bytes(const uint8_t* bytes, size_t size) : bytes_(bytes), size_(size) {}
  bool is_empty() const { return at_ >= size_; }
  uint8_t take() { return is_empty() ? 0 : bytes_[at_++]; }
  template <typename T>
  const T& choose(const std::vector<T>& from) {
    return from[take() % from.size()];
  }

 private:
  const uint8_t* bytes_;
  size_t size_;
  size_t at_ = 0;
};

inline int64_t elements_of(const std::vector<int64_t>& shape) {
  int64_t n = 1;
  for (const int64_t length : shape) n *= length;
  return n;
}

// One change: of a path's kind, shape, values, label or attribute, or its end.
inline void change(MadeFile& file, Bytes& bytes, const std::vector<std::string>& paths,
                   const std::vector<std::string>& names) {
  const std::string path = bytes.choose(paths);
  MadeEntry& entry = file[path];
  switch (bytes.take() % 7) {
    case 0:
      file.erase(path);
      break;
    case 1:
      entry.kind = static_cast<EntryKind>(bytes.take() % 6);
      break;
    case 2:
      entry.shape.assign(bytes.take() % 4, 0);
      for (int64_t& length : entry.shape) length = bytes.take() % 8;
      break;
    case 3:
      entry.values.assign(1 + bytes.take() % 4, 0);
      for (double& value : entry.values) value = static_cast<int8_t>(bytes.take()) / 4.0;
      break;
    case 4:
      entry.labels.assign(bytes.take() % 4, "");
      for (std::string& label : entry.labels) label = bytes.choose(names);
      break;
    case 5:
      entry.attributes.erase(bytes.choose(names));
      break;
    default: {
      const std::string name = bytes.choose(names);
      entry.attributes[name] = {bytes.take() % 2 == 0 ? EntryKind::kTexts : EntryKind::kIntegers,
                                bytes.choose(names), static_cast<int8_t>(bytes.take())};
    }
  }
}

template <typename T>
std::vector<T> filled(const MadeEntry& entry) {
  std::vector<T> values(static_cast<size_t>(elements_of(entry.shape)));
  for (size_t i = 0; i < values.size() && !entry.values.empty(); ++i) {
    values[i] = static_cast<T>(entry.values[i % entry.values.size()]);
  }
  return values;
}

inline void write_entry(Hdf5Writer& writer, const std::string& path, const MadeEntry& entry) {
  if (entry.kind == EntryKind::kNothing) return;
  if (entry.kind == EntryKind::kGroup && path != "/") writer.group(path);
  if (entry.kind == EntryKind::kFloats) {
    writer.array(path, entry.shape, filled<float>(entry).data());
  } else if (entry.kind == EntryKind::kDoubles) {
    writer.array(path, entry.shape, filled<double>(entry).data());
  } else if (entry.kind == EntryKind::kIntegers) {
    writer.array(path, entry.shape, filled<int64_t>(entry).data());
  } else if (entry.kind == EntryKind::kTexts) {
    writer.texts(path, entry.shape,
                 std::vector<std::string>(static_cast<size_t>(elements_of(entry.shape)), "text"));
  }
  for (const auto& [name, attribute] : entry.attributes) {
    if (attribute.kind == EntryKind::kTexts) {
      writer.attribute(path, name, attribute.text);
    } else {
      writer.attribute(path, name, attribute.integer);
    }
  }
  for (size_t i = 0; i < std::min(entry.labels.size(), entry.shape.size()); ++i) {
    writer.dimension_label(path, static_cast<int>(i), entry.labels[i]);
  }
}

// Where files made here are written: in memory, one a process.
inline const std::string& made_path() {
  static const std::string path = [] {
    std::string folder = "/dev/shm/kairo_fuzz_XXXXXX";
    if (mkdtemp(folder.data()) == nullptr) std::abort();
    static const struct Remove {
      std::string folder;
      ~Remove() { std::filesystem::remove_all(folder); }
    } remove{folder};
    return folder + "/made.h5";
  }();
  return path;
}

// What cannot stand in one file (a dataset inside a dataset) is left out.
inline std::string write_made(const MadeFile& file) {
  Hdf5Writer writer;
  for (const auto& [path, entry] : file) {
    try {
      write_entry(writer, path, entry);
    } catch (const Error&) {
    }
  }
  writer.write(made_path(), /*with_digest=*/true);
  return made_path();
}

// What a valid file holds, and the paths and names that changes are about.
struct MadeLayout {
  MadeFile valid;
  std::vector<std::string> paths;
  std::vector<std::string> names;
};

// Calls read(path) with the file of one input: the first byte 'r' means that the rest is a file's
// raw bytes; else it changes the valid file. The only exception `read` may meet is kCorrupt.
template <typename Read>
void fuzz_reader(const MadeLayout& layout, const uint8_t* data, size_t size, Read read) {
  const auto read_or_refuse = [&](const std::string& path) {
    try {
      read(path);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kCorrupt) std::abort();
    }
  };
  if (size > 0 && data[0] == 'r') {
    read_or_refuse(MemoryFile(data + 1, size - 1).path());
    return;
  }
  Bytes bytes(data, size);
  MadeFile file = layout.valid;
  for (int i = 0; i < 20 && !bytes.is_empty(); ++i) change(file, bytes, layout.paths, layout.names);
  read_or_refuse(write_made(file));
}

}  // namespace kairo
