// activations: everything one forward pass (and, asked for, its backward pass) shows, as HDF5.
#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <iostream>

#include "core/base/error.h"
#include "core/circuits/processing.h"
#include "core/model/cached_run.h"
#include "core/model/checkpoint_io.h"
#include "core/model/loss.h"
#include "core/store/checkpoint.h"
#include "programs/activations_input.h"
#include "programs/activations_output.h"
#include "programs/command_line/command_line.h"
#include "programs/compute_setup.h"

namespace kairo {
namespace {

// Larger files are not written by surprise.
constexpr std::size_t kLargeOutput = 200'000'000;

std::unique_ptr<Model> prepared(const Checkpoint& checkpoint, const ActivationsRequest& request) {
  std::unique_ptr<Model> model = model_of(checkpoint, request.checkpoint);
  if (changes_weights(request.processing)) model = process(*model, request.processing);
  if (!request.gradients) return model;
  return model->shard();  // leaves that want gradients
}

std::string megabytes(std::size_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

// kUsage for a large file without --yes, before anything is computed.
void announce(const ActivationsRequest& request, std::size_t bytes) {
  if (bytes <= kLargeOutput) return;
  if (!request.yes) {
    throw Error(ErrorKind::kUsage)
        .at("--output " + request.output.path)
        .fact("the file would have " + megabytes(bytes))
        .hint("write it with --yes, or keep less with --names, --positions or fewer tokens");
  }
  spdlog::info("{}: {}", request.output.path, megabytes(bytes));
}

CacheOptions cache_options(const ActivationsRequest& request, const Model& model,
                           const at::Tensor& tokens) {
  CacheOptions options;
  options.patterns = {"*"};
  if (model.hook_table().index("blocks.0.attn.hook_result") >= 0) {
    options.patterns.emplace_back("*.attn.hook_result");
  }
  if (!request.names.empty()) options.patterns = request.names;
  options.part.positions = request.positions;
  options.budget_bytes = static_cast<std::size_t>(request.budget_mib) << 20;
  if (request.gradients) {
    options.loss = [tokens](const at::Tensor& logits) {
      return next_token_loss(logits, tokens).mean();
    };
  }
  return options;
}

void run(const ActivationsRequest& request, bool dry_run) {
  refuse_existing(request.output);
  const std::vector<Intervention> interventions = request.interventions.empty()
                                                      ? std::vector<Intervention>()
                                                      : read_interventions(request.interventions);
  const ActivationsInput input = read_input(request);
  const Checkpoint checkpoint = read_checkpoint(request.checkpoint, CheckpointPart::kModelOnly);
  const std::unique_ptr<Model> prepared_model = prepared(checkpoint, request);
  const Model& model = *prepared_model;
  CacheOptions options = cache_options(request, model, input.tokens);
  const std::size_t kept = cache_bytes(model, input.tokens.size(0), input.tokens.size(1), options);
  const std::size_t bytes = output_bytes(model, request, input.tokens, kept);
  if (!dry_run) announce(request, bytes);
  if (dry_run && bytes > kLargeOutput) {
    std::cout << request.output.path << " would have " << megabytes(bytes) << " (needs --yes)\n";
    return;
  }
  add_to(options.hooks, interventions, run_donors(model, request, interventions));
  const CachedRun shown = run_with_cache(model, input.tokens, options);
  if (dry_run) {
    std::cout << shown.cache.names().size() << " activations of " << input.tokens.size(0) << " x "
              << input.tokens.size(1) << " tokens, " << megabytes(bytes) << ": "
              << request.output.path << "\n";
    return;
  }
  ActivationsOutput file(input.tokens, request.positions);
  file.origin(request, checkpoint, interventions);
  file.input(input);
  file.logits(shown.logits, next_token_loss(shown.logits, input.tokens));
  file.cache("/activations", shown.cache, model.hook_table());
  if (request.gradients) {
    file.cache("/gradients", shown.gradients, model.hook_table());
    file.parameter_gradients(model.parameters());
  }
  file.write(request.output.path);
}

}  // namespace
}  // namespace kairo

int main(int argc, char** argv) {
  return kairo::run_program(argc, argv, [](kairo::CommandLine& line) {
    kairo::ActivationsRequest request;
    kairo::add_options(line.app(), request);
    line.parse_without_keys({"--no-progress"});
    kairo::set_up_computing(static_cast<int>(line.flags().threads));
    kairo::run(request, line.flags().dry_run);
    return kairo::ExitCode::kDone;
  });
}
