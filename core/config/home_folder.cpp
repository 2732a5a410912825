#include "core/config/home_folder.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "core/base/error.h"

namespace kairo {
namespace {

std::string home_in(const passwd* user) {
  return user == nullptr || user->pw_dir == nullptr ? "" : user->pw_dir;
}

std::string own_home() {
  const char* home = std::getenv("HOME");
  return home != nullptr && *home != '\0' ? home : home_in(::getpwuid(::getuid()));
}

}  // namespace

std::string expand_home(const std::string& path) {
  if (path.empty() || path[0] != '~') return path;
  const std::size_t slash = path.find('/');
  const std::string user = path.substr(1, slash == std::string::npos ? slash : slash - 1);
  const std::string home = user.empty() ? own_home() : home_in(::getpwnam(user.c_str()));
  if (!home.empty()) return home + (slash == std::string::npos ? "" : path.substr(slash));
  throw Error(ErrorKind::kUsage)
      .at(path)
      .fact(user.empty() ? "this user has no home folder" : "there is no user " + user)
      .hint("write the whole path; a file whose name begins with ~ is written ./" + path);
}

}  // namespace kairo
