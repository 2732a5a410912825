// What a Python program says of a report: jsonschema of a schema in docs/, and report_page_check.py
// of a page.
#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/paths.h"

namespace kairo {

struct Verdict {
  bool is_good = false;
  std::string words;  // what it printed
};

// `arguments` as a shell reads them. A verdict that is good can only come from a program that ran.
inline Verdict python_says(const std::string& arguments) {
  Verdict verdict;
  std::FILE* pipe = ::popen(("/usr/bin/python3 " + arguments + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return verdict;
  char buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    verdict.words.append(buffer, n);
  }
  const int status = ::pclose(pipe);
  verdict.is_good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return verdict;
}

// Debian's python3-jsonschema (draft 2020-12) on a report.json or a comparison.json.
inline Verdict schema_says(const std::string& file, const std::string& of = "report") {
  return python_says("-m jsonschema -i '" + file + "' '" + source_dir() + "/docs/" + of +
                     ".schema.json'");
}

// On a report.html or a comparison.html; `flags`: "--links" or "".
inline Verdict page_says(const std::string& file, const std::string& flags = "") {
  return python_says("'" + source_dir() + "/tests/analysis/report_page_check.py' '" + file + "' " +
                     flags);
}

}  // namespace kairo
