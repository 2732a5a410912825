// What a user asks of `activations`, from its command line.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "core/config/intervention.h"
#include "core/config/processing_options.h"
#include "programs/command_line/output_file.h"

namespace kairo {

struct ActivationsRequest {
  std::string checkpoint;
  std::string tokens;  // FILE or FILE:/DATASET
  std::string tokenizer;
  std::vector<std::string> texts;
  OutputFile output;
  std::vector<std::string> names;
  std::vector<int64_t> positions;
  int64_t budget_mib = 0;  // 0: no limit
  bool gradients = false;
  bool yes = false;                 // write a file of more than 200 MB
  std::string interventions;        // YAML file; "": none
  std::vector<std::string> donors;  // NAME=FILE or NAME=FILE:/DATASET
  ProcessingOptions processing;
};

void add_options(CLI::App& app, ActivationsRequest& request);

}  // namespace kairo
