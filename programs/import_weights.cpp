// import_weights: a Hugging Face folder as a checkpoint.
#include <fmt/core.h>

#include <iostream>

#include "core/exchange/hugging_face.h"
#include "programs/command_line.h"
#include "programs/output_file.h"

namespace kairo {
namespace {

struct Request {
  std::string folder;
  OutputFile output;
  int64_t step = 0;
};

void add_options(CLI::App& app, Request& request) {
  app.description("Makes a checkpoint of a model in Hugging Face's format (GPT-2, GPT-NeoX).");
  app.add_option("--from", request.folder, "Folder with config.json and model.safetensors.")
      ->required()
      ->type_name("FOLDER");
  add_output_options(app, request.output);
  app.add_option("--step", request.step, "Step of its run that the checkpoint stands for.")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
}

void run(const Request& request) {
  refuse_existing(request.output);
  Checkpoint checkpoint = read_hugging_face(request.folder);
  checkpoint.step = request.step;
  write_checkpoint(request.output.path, checkpoint);
  std::size_t count = 0;
  for (const NamedArray& array : checkpoint.parameters) count += array.values.size();
  std::cout << fmt::format("model         {}\n", checkpoint.model_json)
            << fmt::format("parameters    {} in {} arrays\n", count, checkpoint.parameters.size())
            << fmt::format("content hash  {}\n", checkpoint.content_hash) << request.output.path
            << "\n";
}

}  // namespace
}  // namespace kairo

int main(int argc, char** argv) {
  return kairo::run_program(argc, argv, [](kairo::CommandLine& line) {
    kairo::Request request;
    kairo::add_options(line.app(), request);
    line.parse();
    kairo::run(request);
    return kairo::ExitCode::kDone;
  });
}
