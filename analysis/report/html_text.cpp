#include "analysis/report/html_text.h"

#include <openssl/evp.h>

#include "core/base/sha256.h"
#include "core/base/utf8.h"
#include "core/files/atomic_file.h"

namespace kairo {
namespace {

std::string bytes_of_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

}  // namespace

std::string html_escape(const std::string& text) {
  std::string escaped;
  for (const char c : replace_invalid_utf8(text)) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += control ? ' ' : c;
    }
  }
  return escaped;
}

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a zero
  const int n = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                reinterpret_cast<const unsigned char*>(bytes.data()),
                                static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(n));
  return text;
}

std::string script_hash(const std::string& script) {
  return "sha256-" + base64(bytes_of_hex(sha256(script.data(), script.size())));
}

}  // namespace kairo
