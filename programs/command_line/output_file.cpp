#include "programs/command_line/output_file.h"

#include <filesystem>

#include "core/base/error.h"

namespace kairo {

void add_output_options(CLI::App& app, OutputFile& output) {
  app.add_option("--output", output.path, "File to write.")->required()->type_name("FILE");
  app.add_flag("--overwrite", output.overwrite, "Replace the file if it exists.");
}

void refuse_existing(const OutputFile& output) {
  if (output.overwrite || !std::filesystem::exists(output.path)) return;
  throw Error(ErrorKind::kUsage)
      .at(output.path)
      .fact("the file exists already")
      .hint("replace it with --overwrite, or choose another name");
}

}  // namespace kairo
