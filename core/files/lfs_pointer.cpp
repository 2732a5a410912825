#include "core/files/lfs_pointer.h"

#include "core/base/error.h"

namespace kairo {
namespace {

constexpr std::string_view kFirstLine = "version https://git-lfs.github.com/spec/v1";
static_assert(kFirstLine.size() == kLfsPointerSign);

}  // namespace

void refuse_lfs_pointer(const std::string& path, std::string_view bytes) {
  if (bytes.substr(0, kFirstLine.size()) != kFirstLine) return;
  throw Error(ErrorKind::kCorrupt)
      .at(path)
      .fact("this is a Git LFS pointer, not the file itself")
      .hint("run `git lfs pull` in its repository, or download the file itself");
}

}  // namespace kairo
