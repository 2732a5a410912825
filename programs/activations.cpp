// activations: everything one forward pass (and, asked for, its backward pass) shows, as HDF5.
#include <torch/torch.h>

#include "core/exchange/tokenizer.h"
#include "core/exchange/utf8.h"
#include "core/kernels/process_setup.h"
#include "core/model/checkpoint_io.h"
#include "core/model/loss.h"
#include "core/model/processing.h"
#include "core/store/hdf5_file.h"
#include "hooks/activation_cache.h"
#include "hooks/error.h"
#include "programs/command_line.h"

namespace kairo {
namespace {

struct Request {
  std::string checkpoint;
  std::string tokens;
  std::string tokenizer;
  std::vector<std::string> texts;
  std::string output;
  std::vector<std::string> names;
  bool gradients = false;
  ProcessingOptions processing;
};

void add_options(CLI::App& app, Request& request) {
  app.description("Writes what a forward pass shows at every hook point.");
  app.add_option("--checkpoint", request.checkpoint, "The model: a checkpoint.")
      ->required()
      ->type_name("FILE");
  CLI::Option* tokens =
      app.add_option("--tokens", request.tokens, "HDF5 file with /tokens [batch, pos] int64.")
          ->type_name("FILE");
  CLI::Option* tokenizer =
      app.add_option("--tokenizer", request.tokenizer,
                     "In place of --tokens, with --text: a folder with GPT-2's kind of "
                     "tokenizer.json, or vocab.json and merges.txt.")
          ->type_name("FOLDER")
          ->excludes(tokens);
  app.add_option("--text", request.texts,
                 "A text for the tokenizer; may be given again, all with equally many tokens.")
      ->type_name("STRING")
      ->allow_extra_args(false)
      ->needs(tokenizer);
  app.add_option("--output", request.output, "HDF5 file to write.")->required()->type_name("FILE");
  app.add_option("--names", request.names,
                 "Hook points, a glob; may be given again. Default: * and attn.hook_result. Other "
                 "points on "
                 "request (hook_attn_in, hook_q/k/v_input, hook_mlp_in) must be spelled out.")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  app.add_flag("--gradients", request.gradients,
               "Also gradients of the mean next-token loss, of the points and of the parameters.");
  ProcessingOptions& processing = request.processing;
  app.add_flag("--fold-ln", processing.fold_ln, "First fold the norms' gains and biases.");
  app.add_flag("--center-writing-weights", processing.center_writing_weights,
               "First centre what is written to the residual stream.");
  app.add_flag("--center-unembed", processing.center_unembed, "First centre the unembedding.");
  app.add_flag("--fold-value-biases", processing.fold_value_biases,
               "First fold the value biases into b_O.");
}

// What the model reads, and where it came from texts, these and each token's own.
struct Input {
  at::Tensor tokens;                     // [batch, pos] int64
  std::vector<std::string> texts;        // [batch], or none
  std::vector<std::string> token_texts;  // batch * pos, or none
};

Input read_tokens(const std::string& path) {
  const Hdf5Reader file(path);
  const std::vector<int64_t> shape = file.shape("/tokens");
  if (shape.size() != 2) {
    throw Error(ErrorKind::kShape,
                {path + ": /tokens", "two axes [batch, pos]", std::to_string(shape.size()), ""});
  }
  return {at::tensor(file.integers("/tokens")).view(shape), {}, {}};
}

// A batch is a rectangle: padding a text would change what the model sees.
void require_equal_counts(const std::vector<std::size_t>& counts) {
  std::string listed;
  bool equal = true;
  for (const std::size_t count : counts) {
    listed += (listed.empty() ? "" : ", ") + std::to_string(count);
    equal = equal && count == counts.front();
  }
  if (equal) return;
  throw Error(ErrorKind::kShape, {"--text", "texts of equally many tokens", listed,
                                  "run the program once for each number"});
}

Input encode_texts(const Request& request) {
  const Tokenizer tokenizer = Tokenizer::from_folder(request.tokenizer);
  Input input;
  std::vector<int64_t> all;
  std::vector<std::size_t> counts;
  for (const std::string& text : request.texts) {
    const std::vector<int64_t> ids = tokenizer.encode(text);
    for (const int64_t id : ids) input.token_texts.push_back(tokenizer.decode({id}));
    all.insert(all.end(), ids.begin(), ids.end());
    counts.push_back(ids.size());
    input.texts.push_back(replace_invalid_utf8(text));
  }
  require_equal_counts(counts);
  input.tokens =
      at::tensor(all, at::kLong)
          .view({static_cast<int64_t>(counts.size()), static_cast<int64_t>(counts.front())});
  return input;
}

// The command line lets through at most one of the two ways.
Input read_input(const Request& request) {
  if (!request.tokens.empty()) return read_tokens(request.tokens);
  if (!request.texts.empty()) return encode_texts(request);
  throw Error(ErrorKind::kUsage,
              {"tokens", "--tokens FILE, or --tokenizer FOLDER with --text STRING", "neither", ""});
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
  if (changes_weights(request.processing)) model = process(model, request.processing);
  if (!request.gradients) return model;
  return model.shard();  // leaves that want gradients
}

void write_input(Hdf5Writer& file, const Input& input) {
  const std::vector<int64_t> shape = input.tokens.sizes().vec();
  file.array("/tokens", shape, input.tokens.data_ptr<int64_t>());
  if (input.texts.empty()) return;
  file.texts("/texts", input.texts);
  file.texts("/token_texts", shape, input.token_texts);
}

void run(const Request& request) {
  const Input input = read_input(request);
  const Transformer model = read_model(request);
  ActivationCache activations, gradients;
  Hooks hooks;
  const std::vector<std::string> names =
      request.names.empty() ? std::vector<std::string>{"*", "*.attn.hook_result"} : request.names;
  for (const std::string& name : names) {
    cache_into(activations, name, hooks);
    if (request.gradients) cache_gradients_into(gradients, name, hooks);
  }
  const torch::AutoGradMode mode(request.gradients);
  const at::Tensor logits = model.forward(input.tokens, hooks);
  const at::Tensor loss = next_token_loss(logits, input.tokens);
  if (request.gradients) loss.mean().backward();

  Hdf5Writer file;
  file.attribute("/", "processing", to_json(request.processing));
  write_input(file, input);
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
