#include "core/base/version.h"

namespace kairo {

std::string version() {
  const std::string commit = git_commit();
  return commit.empty() ? KAIRO_VERSION : KAIRO_VERSION "+" + commit;
}

std::string git_commit() { return KAIRO_GIT_COMMIT; }

}  // namespace kairo
