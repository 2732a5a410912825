#include "core/files/safe_name.h"

#include <algorithm>

#include "core/base/error.h"

namespace kairo {

std::string quoted(std::string name) {
  for (char& c : name) {
    if (static_cast<unsigned char>(c) < ' ') c = '?';
  }
  return "\"" + name + "\"";
}

bool is_safe_in_name(char c) {
  static const std::string allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+=";
  return allowed.find(c) != std::string::npos;
}

bool may_begin_name(char c) { return is_safe_in_name(c) && c != '.' && c != '-'; }

void check_safe_name(const std::string& what, const std::string& name) {
  const std::size_t longest = 200;  // leaves room for a temporary file's suffix within 255 bytes
  const bool safe = !name.empty() && name.size() <= longest && may_begin_name(name.front()) &&
                    std::all_of(name.begin(), name.end(), is_safe_in_name);
  if (safe) return;
  throw Error(ErrorKind::kUsage)
      .at(what)
      .fact(name.size() > longest
                ? "the name is longer than " + std::to_string(longest) + " characters"
                : quoted(name) + " cannot be the name of a file")
      .hint(
          "use letters, digits and ._-+= and do not begin with . or -; --output-dir sets the "
          "folder");
}

}  // namespace kairo
