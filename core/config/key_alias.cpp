#include "core/config/key_alias.h"

#include <cctype>
#include <sstream>

namespace kairo {
namespace {

struct Aliases {
  const char* key;
  const char* names;  // separated by spaces
};

// Names of PyTorch, Hugging Face, nanoGPT, LitGPT and TransformerLens.
constexpr Aliases kAliases[] = {
    {"training.learning_rate", "lr learning_rate max_lr base_lr"},
    {"training.max_steps",
     "steps n_steps num_steps max_steps train_steps "
     "iters max_iters iterations"},
    {"training.epochs", "epochs n_epochs num_epochs num_train_epochs"},
    {"training.warmup_fraction", "warmup_ratio warmup_fraction"},
    {"training.accumulate", "accumulate gradient_accumulation_steps grad_accum accumulation"},
    {"training.optimizer", "optim optimizer optimiser"},
    {"training.schedule", "schedule scheduler lr_scheduler lr_scheduler_type"},
    {"training.batch_size", "bs batch batch_size train_batch_size per_device_train_batch_size"},
    {"training.weight_decay", "wd weight_decay decay"},
    {"training.warmup_steps", "warmup warmup_iters warmup_steps num_warmup_steps"},
    {"training.clip_norm", "clip grad_clip max_grad_norm gradient_clip_val"},
    {"training.eval_every", "eval_interval eval_steps"},
    {"training.log_every", "log_interval logging_steps"},
    {"training.checkpoint_every", "save_every save_interval save_steps ckpt_every"},
    {"training.stop_when_solved", "early_stop early_stopping"},
    {"model.n_layers", "layers layer n_layer n_layers num_layers num_hidden_layers depth"},
    {"model.n_heads", "heads head n_head n_heads num_heads num_attention_heads"},
    {"model.d_model", "dim width d_model n_embd embed_dim hidden_dim hidden_size"},
    {"model.d_head", "head_dim d_head"},
    {"model.d_mlp", "d_ff d_mlp ffn_dim mlp_dim n_inner intermediate_size"},
    {"model.d_vocab", "vocab vocab_size d_vocab"},
    {"model.n_ctx",
     "n_ctx block_size context context_length seq_len n_positions max_position_embeddings"},
    {"model.act_fn", "act act_fn activation hidden_act activation_function"},
    {"model.normalization_type", "norm normalization"},
    {"model.eps", "layer_norm_eps layer_norm_epsilon"},
    {"model.init_mode", "init"},
    {"model.tie_embeddings", "tie_word_embeddings tie_weights weight_tying"},
    {"model.embed_dropout", "embd_pdrop embed_pdrop"},
    {"model.attn_dropout", "attn_pdrop attention_dropout"},
    {"model.resid_dropout", "resid_pdrop residual_dropout hidden_dropout dropout"},
    {"model.dtype", "dtype precision"},
    {"experiment.seed", "seed random_seed"},
    {"experiment.name", "name run_name exp_name"},
    {"output.base_dir", "out_dir output_dir save_dir log_dir"},
};

bool has_word(const std::string& words, const std::string& wanted) {
  std::istringstream stream(words);
  for (std::string word; stream >> word;) {
    if (word == wanted) return true;
  }
  return false;
}

}  // namespace

std::string key_of_alias(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  std::string name = dot == std::string::npos ? path : path.substr(dot + 1);
  name.erase(0, name.find_first_not_of('-'));
  for (char& c : name) {
    c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  for (const Aliases& each : kAliases) {
    if (has_word(each.names, name)) return each.key;
  }
  return "";
}

}  // namespace kairo
