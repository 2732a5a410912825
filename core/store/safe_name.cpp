#include "core/store/safe_name.h"

#include "hooks/error.h"

namespace kairo {

std::string quoted(std::string name) {
  for (char& c : name) {
    if (static_cast<unsigned char>(c) < ' ') c = '?';
  }
  return "\"" + name + "\"";
}

void check_safe_name(const std::string& what, const std::string& name) {
  const std::string allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+=";
  const std::size_t longest = 200;  // leaves room for a temporary file's suffix within 255 bytes
  const bool safe = !name.empty() && name.size() <= longest && name.front() != '.' &&
                    name.find_first_not_of(allowed) == std::string::npos;
  if (safe) return;
  throw Error(ErrorKind::kUsage,
              {what, "letters, digits and ._-+= not beginning with a dot",
               name.size() > longest ? "a name that is too long" : quoted(name),
               "choose a plain name; the folder it lies in is set by --output-dir"});
}

}  // namespace kairo
