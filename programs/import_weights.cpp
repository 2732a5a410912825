// import_weights: a Hugging Face folder as a checkpoint.
#include <fmt/core.h>

#include <iostream>
#include <optional>

#include "core/base/error.h"
#include "core/exchange/hugging_face.h"
#include "core/store/trajectory.h"
#include "programs/command_line/command_line.h"
#include "programs/command_line/output_file.h"

namespace kairo {
namespace {

struct Request {
  std::string folder;
  OutputFile output;
  std::optional<int64_t> step;
};

void add_options(CLI::App& app, Request& request) {
  app.description("Imports a Hugging Face model (GPT-2, GPT-NeoX such as Pythia) as a checkpoint.");
  app.add_option("--from", request.folder, "Folder with config.json and model.safetensors.")
      ->required()
      ->type_name("FOLDER");
  add_output_options(app, request.output);
  app.add_option("--step", request.step,
                 "Training step of the checkpoint; by default the one in the output's name "
                 "(step_00000400.h5), else 0.")
      ->check(CLI::NonNegativeNumber.description(""))
      ->type_name("N");
}

// A checkpoint whose name is another step's is read by no program.
int64_t step_of(const Request& request) {
  const std::optional<int64_t> named = step_in_name(request.output.path);
  if (named && request.step && *named != *request.step) {
    throw Error(ErrorKind::kUsage)
        .at("--step " + std::to_string(*request.step))
        .fact("the name " + request.output.path + " says step " + std::to_string(*named))
        .hint("leave --step out, or name the file " + checkpoint_file_name(*request.step));
  }
  return request.step.value_or(named.value_or(0));
}

void run(const Request& request, bool dry_run) {
  refuse_existing(request.output);
  const int64_t step = step_of(request);
  Checkpoint checkpoint = read_hugging_face(request.folder);
  checkpoint.step = step;
  if (!dry_run) write_checkpoint(request.output.path, checkpoint);
  std::size_t count = 0;
  for (const NamedArray& array : checkpoint.parameters) count += array.values.size();
  std::cout << fmt::format("model         {}\n", checkpoint.model_json)
            << fmt::format("parameters    {} in {} arrays\n", count, checkpoint.parameters.size())
            << fmt::format("step          {}\n", checkpoint.step);
  if (!dry_run) std::cout << fmt::format("content hash  {}\n", checkpoint.content_hash);
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
