// Text and bytes inside an HTML page. Thread rule: pure.
#pragma once

#include <string>
#include <string_view>

namespace kairo {

// Text that stands for itself between tags and within a quoted attribute: & < > " ' are escaped,
// control characters become spaces, bytes that are no UTF-8 become U+FFFD.
std::string html_escape(const std::string& text);

// RFC 4648, section 4, with padding.
std::string base64(std::string_view bytes);

// What a content security policy calls a script by: "sha256-" and its digest in base64.
std::string script_hash(const std::string& script);

}  // namespace kairo
