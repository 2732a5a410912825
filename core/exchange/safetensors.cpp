#include "core/exchange/safetensors.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <set>

#include "core/base/error.h"
#include "core/files/atomic_file.h"
#include "core/files/lfs_pointer.h"
#include "core/files/safe_name.h"

namespace kairo {
namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the format is little-endian");

constexpr int64_t kLengthBytes = 8;
constexpr std::size_t kChunkElements = 1 << 16;  // converted at a time

int64_t checked_file_size(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    throw Error(ErrorKind::kNotFound).at(path).fact("there is no such file");
  }
  if (!std::filesystem::is_regular_file(status)) {
    throw Error(ErrorKind::kCorrupt).at(path).fact("this is a folder or a device, not a file");
  }
  const auto size = std::filesystem::file_size(path, error);
  if (error) throw Error(ErrorKind::kIo).at(path).fact("cannot be read: " + error.message());
  return static_cast<int64_t>(size);
}

void read_bytes(std::ifstream& stream, void* bytes, int64_t size, const std::string& path) {
  if (!stream.read(static_cast<char*>(bytes), size)) {
    throw Error(ErrorKind::kCorrupt)
        .at(path)
        .fact("the file ends " + std::to_string(size - stream.gcount()) + " bytes too early")
        .hint("it was cut after it was opened: get it again");
  }
}

// The first bytes of a pointer would be read as a header's absurd length.
void refuse_pointer(std::ifstream& stream, const std::string& path) {
  std::string sign(kLfsPointerSign, '\0');
  stream.read(sign.data(), static_cast<std::streamsize>(sign.size()));
  refuse_lfs_pointer(path, sign);
  stream.clear();
  stream.seekg(0);
}

float from_bits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

float from_bfloat16(uint16_t bits) { return from_bits(uint32_t{bits} << 16); }

// IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits.
float from_float16(uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1f;
  const uint32_t fraction = bits & 0x3ff;
  const float sign = (bits & 0x8000) != 0 ? -1.0F : 1.0F;
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(fraction), -24);
  if (exponent == 0x1f) return sign * from_bits(0x7f800000U | fraction << 13);
  return sign * std::ldexp(static_cast<float>(fraction | 0x400), exponent - 25);
}

float from_number(double value) { return static_cast<float>(value); }

// In chunks: a whole tensor in its own dtype beside its floats would double the memory.
template <typename Stored, typename Convert>
std::vector<float> read_as(std::ifstream& stream, int64_t bytes, Convert convert,
                           const std::string& path) {
  std::vector<float> values(static_cast<std::size_t>(bytes) / sizeof(Stored));
  std::vector<Stored> chunk(std::min(kChunkElements, values.size()));
  for (std::size_t done = 0; done < values.size(); done += chunk.size()) {
    chunk.resize(std::min(chunk.size(), values.size() - done));
    read_bytes(stream, chunk.data(), static_cast<int64_t>(chunk.size() * sizeof(Stored)), path);
    std::transform(chunk.begin(), chunk.end(), values.begin() + static_cast<int64_t>(done),
                   convert);
  }
  return values;
}

SafetensorsHeader header_of(const std::vector<NamedArray>& arrays,
                            const std::map<std::string, std::string>& metadata) {
  SafetensorsHeader header;
  header.metadata = metadata;
  std::set<std::string> names = {"__metadata__"};
  int64_t filled = 0;
  for (const NamedArray& array : arrays) {
    const auto bytes = static_cast<int64_t>(array.values.size() * sizeof(float));
    if (safetensors_bytes("F32", array.shape) != bytes) {
      throw Error(ErrorKind::kShape)
          .at(array.name)
          .expected("as many values as its shape says")
          .came(std::to_string(array.values.size()));
    }
    if (!names.insert(array.name).second) {
      throw Error(ErrorKind::kShape)
          .at("safetensors header")
          .fact("the name " + quoted(array.name) + " is given twice or reserved")
          .hint("give each array a name of its own, and none __metadata__");
    }
    header.entries.push_back({array.name, "F32", array.shape, filled, filled + bytes});
    filled += bytes;
  }
  return header;
}

}  // namespace

SafetensorsReader::SafetensorsReader(const std::string& path) : path_(path) {
  const int64_t size = checked_file_size(path);
  stream_.open(path, std::ios::binary);
  if (!stream_)
    throw Error(ErrorKind::kIo)
        .at(path)
        .fact(std::string("cannot be read: ") + std::strerror(errno));
  if (size < kLengthBytes) {
    throw Error(ErrorKind::kCorrupt)
        .at(path)
        .expected("a safetensors file of 8 bytes or more")
        .came(std::to_string(size) + " bytes")
        .hint("get it again");
  }
  refuse_pointer(stream_, path);
  uint64_t length = 0;
  read_bytes(stream_, &length, kLengthBytes, path);
  const int64_t most = std::min(kMostSafetensorsHeaderBytes, size - kLengthBytes);
  if (length > static_cast<uint64_t>(most)) {
    throw Error(ErrorKind::kCorrupt)
        .at(path)
        .fact("its first 8 bytes give no possible length of a header, " + std::to_string(length))
        .hint("the file is damaged or is not a safetensors file: at most " + std::to_string(most) +
              " bytes can be a header");
  }
  std::string text(length, '\0');
  data_begin_ = kLengthBytes + static_cast<int64_t>(length);
  read_bytes(stream_, text.data(), static_cast<int64_t>(length), path);
  header_ = parse_safetensors_header(text, size - data_begin_, path);
}

const SafetensorsEntry* SafetensorsReader::find(const std::string& name) const {
  const auto found = std::find_if(entries().begin(), entries().end(),
                                  [&](const auto& entry) { return entry.name == name; });
  return found == entries().end() ? nullptr : &*found;
}

std::vector<float> SafetensorsReader::floats(const std::string& name) {
  const SafetensorsEntry* entry = find(name);
  if (entry == nullptr) {
    throw Error(ErrorKind::kNotFound).at(path_).fact("there is no tensor " + quoted(name));
  }
  const int64_t bytes = entry->end - entry->begin;
  stream_.clear();
  stream_.seekg(data_begin_ + entry->begin);
  if (entry->dtype == "F32") return read_as<float>(stream_, bytes, from_number, path_);
  if (entry->dtype == "F64") return read_as<double>(stream_, bytes, from_number, path_);
  if (entry->dtype == "F16") return read_as<uint16_t>(stream_, bytes, from_float16, path_);
  if (entry->dtype == "BF16") return read_as<uint16_t>(stream_, bytes, from_bfloat16, path_);
  throw Error(ErrorKind::kCorrupt)
      .at(path_ + ": tensor " + quoted(name))
      .expected("F64, F32, F16 or BF16")
      .came(entry->dtype)
      .hint("save the weights in one of these");
}

void write_safetensors(const std::string& path, const std::vector<NamedArray>& arrays,
                       const std::map<std::string, std::string>& metadata) {
  const std::string header = safetensors_header_text(header_of(arrays, metadata));
  const uint64_t length = header.size();
  std::vector<BytePiece> pieces = {{&length, sizeof(length)}, {header.data(), header.size()}};
  for (const NamedArray& array : arrays) {
    pieces.push_back({array.values.data(), array.values.size() * sizeof(float)});
  }
  write_file_atomically(path, pieces);
}

}  // namespace kairo
