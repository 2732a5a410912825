// export_weights: a checkpoint's parameters as safetensors, under TransformerLens's names.
#include <iostream>

#include "core/exchange/safetensors.h"
#include "core/exchange/transformerlens_words.h"
#include "programs/command_line/command_line.h"
#include "programs/command_line/output_file.h"

namespace kairo {
namespace {

struct Request {
  std::string checkpoint;
  OutputFile output;
};

void add_options(CLI::App& app, Request& request) {
  app.description(
      "Exports a checkpoint's parameters as safetensors with the names of TransformerLens.");
  app.add_option("--checkpoint", request.checkpoint, "Checkpoint to export.")
      ->required()
      ->type_name("FILE");
  add_output_options(app, request.output);
}

void run(const Request& request, bool dry_run) {
  refuse_existing(request.output);
  const Checkpoint checkpoint = read_checkpoint(request.checkpoint, CheckpointPart::kModelOnly);
  const std::string words = transformerlens_words(checkpoint.model_json, request.checkpoint);
  // "pt" is how PyTorch's readers know that the tensors are theirs.
  const std::map<std::string, std::string> metadata = {{"format", "pt"},
                                                       {"model_config", words},
                                                       {"step", std::to_string(checkpoint.step)},
                                                       {"experiment", checkpoint.experiment},
                                                       {"version", checkpoint.version},
                                                       {"content_hash", checkpoint.content_hash}};
  const auto parameters = transformerlens_parameters(checkpoint, request.checkpoint);
  if (!dry_run) write_safetensors(request.output.path, parameters, metadata);
  std::cout << request.output.path << "\n";
}

}  // namespace
}  // namespace kairo

int main(int argc, char** argv) {
  return kairo::run_program(argc, argv, [](kairo::CommandLine& line) {
    kairo::Request request;
    kairo::add_options(line.app(), request);
    line.parse_without_keys({"--threads", "--no-progress"});
    kairo::run(request, line.flags().dry_run);
    return kairo::ExitCode::kDone;
  });
}
