// activations: everything one forward pass (and, asked for, its backward pass) shows, as HDF5.
#include <iostream>

#include "core/model/algebra/processing.h"
#include "core/model/cached_run.h"
#include "core/model/checkpoint_io.h"
#include "core/model/loss.h"
#include "core/store/hdf5_file.h"
#include "programs/activations_input.h"
#include "programs/command_line.h"
#include "programs/compute_setup.h"

namespace kairo {
namespace {

void write_tensor(Hdf5Writer& file, const std::string& path, const at::Tensor& tensor) {
  const at::Tensor values = tensor.detach().to(at::kCPU).contiguous();
  if (values.scalar_type() == at::kDouble) {
    file.array(path, values.sizes().vec(), values.data_ptr<double>());
  } else {
    file.array(path, values.sizes().vec(), values.data_ptr<float>());
  }
}

void write_cache(Hdf5Writer& file, const std::string& group, const ActivationCache& cache) {
  for (const std::string& name : cache.names()) write_tensor(file, group + "/" + name, cache[name]);
}

void write_parameter_gradients(Hdf5Writer& file, const FlatParameters& parameters) {
  for (const ParameterView& view : parameters.views()) {
    write_tensor(file, "/parameter_gradients/" + view.name, view.of(parameters.gradients()));
  }
}

void write_input(Hdf5Writer& file, const ActivationsInput& input) {
  const std::vector<int64_t> shape = input.tokens.sizes().vec();
  file.array("/tokens", shape, input.tokens.data_ptr<int64_t>());
  if (input.texts.empty()) return;
  file.texts("/texts", input.texts);
  file.texts("/token_texts", shape, input.token_texts);
}

Transformer read_model(const ActivationsRequest& request) {
  Transformer model = load_model(request.checkpoint);
  if (changes_weights(request.processing)) model = process(model, request.processing);
  if (!request.gradients) return model;
  return model.shard();  // leaves that want gradients
}

CacheOptions cache_options(const ActivationsRequest& request, const at::Tensor& tokens) {
  CacheOptions options;
  options.patterns = {"*", "*.attn.hook_result"};
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
  const Transformer model = read_model(request);
  CacheOptions options = cache_options(request, input.tokens);
  add_to(options.hooks, interventions, run_donors(model, request, interventions));
  const CachedRun shown = run_with_cache(model, input.tokens, options);
  if (dry_run) {
    std::cout << shown.cache.names().size() << " activations of " << input.tokens.size(0) << " x "
              << input.tokens.size(1) << " tokens: " << request.output.path << "\n";
    return;
  }
  Hdf5Writer file;
  file.attribute("/", "processing", to_json(request.processing));
  file.attribute("/", "interventions", to_yaml(interventions));
  write_input(file, input);
  write_tensor(file, "/logits", shown.logits);
  write_tensor(file, "/loss_per_token", next_token_loss(shown.logits, input.tokens));
  write_cache(file, "/activations", shown.cache);
  if (request.gradients) {
    write_cache(file, "/gradients", shown.gradients);
    write_parameter_gradients(file, model.parameters());
  }
  file.write(request.output.path, /*with_digest=*/false);
}

}  // namespace
}  // namespace kairo

int main(int argc, char** argv) {
  return kairo::run_program(argc, argv, [](kairo::CommandLine& line) {
    kairo::ActivationsRequest request;
    kairo::add_options(line.app(), request);
    line.parse();
    kairo::ConfigBinder no_keys;
    if (!line.load_config(no_keys, "")) return kairo::ExitCode::kDone;
    kairo::set_up_computing(static_cast<int>(line.flags().threads));
    kairo::run(request, line.flags().dry_run);
    return kairo::ExitCode::kDone;
  });
}
