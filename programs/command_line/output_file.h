// Files that a program writes where its user says.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace kairo {

struct OutputFile {
  std::string path;
  bool overwrite = false;
};

// --output FILE (required) and --overwrite.
void add_output_options(CLI::App& app, OutputFile& output);

// kUsage where the file exists and may not be replaced: for before the work, not after it.
void refuse_existing(const OutputFile& output);

}  // namespace kairo
