#include "core/store/digest_block.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/files/atomic_file.h"

namespace kairo {
namespace {

const std::string kMagic = "KAIRO1\n";
const std::string kHdf5Signature = "\x89HDF\r\n\x1a\n";

std::string block_for(const std::string& bytes) {
  std::string block =
      kMagic + sha256(bytes.data() + kUserBlockSize, bytes.size() - kUserBlockSize) + "\n";
  block.resize(kUserBlockSize, '\0');
  return block;
}

bool starts_with(const std::string& bytes, std::size_t offset, const std::string& wanted) {
  return bytes.size() >= offset && bytes.compare(offset, wanted.size(), wanted) == 0;
}

bool has_empty_block(const std::string& bytes) {
  return starts_with(bytes, kUserBlockSize, kHdf5Signature) &&
         std::all_of(bytes.begin(), bytes.begin() + kUserBlockSize,
                     [](char byte) { return byte == '\0'; });
}

}  // namespace

void seal(std::string& bytes) { bytes.replace(0, kUserBlockSize, block_for(bytes)); }

bool check_seal(const std::string& file, const std::string& bytes) {
  if (starts_with(bytes, 0, kHdf5Signature) || has_empty_block(bytes)) return false;
  if (!starts_with(bytes, 0, kMagic)) {
    throw Error(ErrorKind::kCorrupt)
        .at(file)
        .fact(bytes.empty() ? "this file is empty"
                            : "this is not an HDF5 file, or its beginning is damaged");
  }
  // Compared whole, so that a change in the block's padding shows too.
  if (bytes.size() <= kUserBlockSize || !starts_with(bytes, 0, block_for(bytes))) {
    throw Error(ErrorKind::kCorrupt)
        .at(file)
        .fact("the content does not have the SHA-256 that the file names")
        .hint("the file is cut or damaged: copy it again if there is another copy");
  }
  return true;
}

}  // namespace kairo
