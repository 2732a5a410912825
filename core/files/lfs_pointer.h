// Git LFS pointers: the few lines that stand in a clone for a large file nobody has fetched yet.
//
//   version https://git-lfs.github.com/spec/v1
//   oid sha256:4d7a...
//   size 548105171
//
// Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md. Thread rule: pure.
#pragma once

#include <string>
#include <string_view>

namespace kairo {

// Any reader needs as many bytes of a file to know a pointer.
constexpr std::size_t kLfsPointerSign = 42;

// kCorrupt saying what `path` is and how to get the file, if its first bytes are a pointer's.
void refuse_lfs_pointer(const std::string& path, std::string_view bytes);

}  // namespace kairo
