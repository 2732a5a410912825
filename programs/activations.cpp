// activations: everything one forward pass (and, asked for, its backward pass) shows, as HDF5.
#include <torch/torch.h>

#include "core/kernels/process_setup.h"
#include "core/model/checkpoint_io.h"
#include "core/model/loss.h"
#include "core/model/cached_run.h"
#include "core/store/hdf5_file.h"
#include "hooks/error.h"
#include "programs/command_line.h"

namespace kairo {
namespace {

struct Request {
  std::string checkpoint;
  std::string tokens;
  std::string output;
  std::vector<std::string> names;
  bool gradients = false;
};

void add_options(CLI::App& app, Request& request) {
  app.description("Writes what a forward pass shows at every hook point.");
  app.add_option("--checkpoint", request.checkpoint, "The model: a checkpoint.")
      ->required()
      ->type_name("FILE");
  app.add_option("--tokens", request.tokens, "HDF5 file with /tokens [batch, pos] int64.")
      ->required()
      ->type_name("FILE");
  app.add_option("--output", request.output, "HDF5 file to write.")->required()->type_name("FILE");
  app.add_option("--names", request.names,
                 "Hook points, a glob; may be given again. Default: * and attn.hook_result. Other "
                 "points on "
                 "request (hook_attn_in, hook_q/k/v_input, hook_mlp_in) must be spelled out.")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  app.add_flag("--gradients", request.gradients,
               "Also gradients of the mean next-token loss, of the points and of the parameters.");
}

at::Tensor read_tokens(const std::string& path) {
  const Hdf5Reader file(path);
  const std::vector<int64_t> shape = file.shape("/tokens");
  if (shape.size() != 2) {
    throw Error(ErrorKind::kShape,
                {path + ": /tokens", "two axes [batch, pos]", std::to_string(shape.size()), ""});
  }
  return at::tensor(file.integers("/tokens")).view(shape);
}

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

Transformer read_model(const Request& request) {
  Transformer model = load_model(request.checkpoint);
  if (!request.gradients) return model;
  return model.shard();  // leaves that want gradients
}

void run(const Request& request) {
  const Transformer model = read_model(request);
  const at::Tensor tokens = read_tokens(request.tokens);
  ActivationCache activations, gradients;
  Hooks hooks;
  const std::vector<std::string> names =
      request.names.empty() ? std::vector<std::string>{"*", "*.attn.hook_result"} : request.names;
  for (const std::string& name : names) {
    cache_into(activations, name, hooks);
    if (request.gradients) cache_gradients_into(gradients, name, hooks);
  }
  const torch::AutoGradMode mode(request.gradients);
  const at::Tensor logits = model.forward(tokens, hooks);
  const at::Tensor loss = next_token_loss(logits, tokens);
  if (request.gradients) loss.mean().backward();

  Hdf5Writer file;
  file.array("/tokens", tokens.sizes().vec(), tokens.data_ptr<int64_t>());
  write_tensor(file, "/logits", logits);
  write_tensor(file, "/loss_per_token", loss);
  write_cache(file, "/activations", activations);
  if (request.gradients) {
    write_cache(file, "/gradients", gradients);
    write_parameter_gradients(file, model.parameters());
  }
  file.write(request.output, /*with_digest=*/false);
}

}  // namespace
}  // namespace kairo

int main(int argc, char** argv) {
  return kairo::run_program(argc, argv, [](kairo::CommandLine& line) {
    kairo::Request request;
    kairo::add_options(line.app(), request);
    line.parse();
    kairo::set_up_process(static_cast<int>(line.flags().threads));
    kairo::run(request);
    return kairo::ExitCode::kDone;
  });
}
