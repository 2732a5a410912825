#include "core/text/unicode_text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "core/base/error.h"
#include "core/base/utf8.h"

namespace kairo {
namespace {

struct Character {
  utf8proc_int32_t code;
  std::size_t bytes;
};

Character first_of(std::string_view text) {
  utf8proc_int32_t code = -1;
  const auto bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                      static_cast<utf8proc_ssize_t>(text.size()), &code);
  return {code, static_cast<std::size_t>(std::max<utf8proc_ssize_t>(bytes, 1))};
}

Character last_of(std::string_view text) {
  return first_of(text.substr(cut_before(text, text.size() - 1)));
}

bool is_space(utf8proc_int32_t code) {
  return (code >= 0x09 && code <= 0x0D) || code == 0x20 || code == 0x85 || code == 0xA0 ||
         code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 ||
         code == 0x202F || code == 0x205F || code == 0x3000;
}

// Letters in circles and squares count as letters, though their category is "symbol".
bool is_enclosed_letter(utf8proc_int32_t code) {
  return (code >= 0x24B6 && code <= 0x24E9) || (code >= 0x1F130 && code <= 0x1F149) ||
         (code >= 0x1F150 && code <= 0x1F169) || (code >= 0x1F170 && code <= 0x1F189);
}

bool is_word(utf8proc_int32_t code) {
  if (code == 0x200C || code == 0x200D) return true;  // joiners
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
      return true;
    default:
      return is_enclosed_letter(code);
  }
}

}  // namespace

std::string to_nfc(std::string_view text) {
  const bool is_ascii =
      std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
  if (is_ascii) return std::string(text);
  utf8proc_uint8_t* composed = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &composed,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(composed, &std::free);
  if (size < 0) {
    throw Error(ErrorKind::kIo).at("utf8proc").fact(utf8proc_errmsg(size));
  }
  return {reinterpret_cast<const char*>(composed), static_cast<std::size_t>(size)};
}

std::size_t trailing_space(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0) {
    const Character last = last_of(text.substr(0, end));
    if (!is_space(last.code)) break;
    end -= last.bytes;
  }
  return text.size() - end;
}

std::size_t leading_space(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    const Character first = first_of(text.substr(begin));
    if (!is_space(first.code)) break;
    begin += first.bytes;
  }
  return begin;
}

bool ends_with_word(std::string_view text) { return !text.empty() && is_word(last_of(text).code); }

bool begins_with_word(std::string_view text) {
  return !text.empty() && is_word(first_of(text).code);
}

}  // namespace kairo
