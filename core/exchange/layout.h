// A layout: how one architecture of Hugging Face names, shapes and packs its weights, and which
// model words its config.json means. The table in hugging_face.cpp finds it by `model_type`.
//
// A parameter here is a strided view of a tensor there (a transpose, the heads of a fused
// projection): `rearranged` is the one way from one to the other.
#pragma once

#include <string>
#include <vector>

#include "core/config/transformer_options.h"
#include "core/exchange/config_words.h"
#include "core/exchange/weight_source.h"
#include "core/store/checkpoint.h"

namespace kairo {

struct Layout {
  std::string model_type;
  // Every word that the layout reads. kCorrupt naming the word that asks for what this toolkit's
  // transformer does not do.
  TransformerOptions (*model_options)(const ConfigWords& words);
  // Every parameter, named and shaped as core/model/flat_parameters.h says.
  std::vector<NamedArray> (*parameters)(WeightSource& weights, const TransformerOptions& options,
                                        const ConfigWords& words);
  // Endings of tensors that are no weights.
  std::vector<std::string> buffers;
  // Words of config.json that leave the logits alone, beside those of silent_words.h.
  std::vector<std::string> silent;
};

Layout gpt2_layout();
Layout neox_layout();

// What layouts share.

struct StridedView {
  std::vector<int64_t> shape;
  std::vector<int64_t> strides;  // elements
  int64_t offset = 0;            // elements
};
// The view of `values`, row-major, of one axis or more. Every index must lie within `values`.
NamedArray rearranged(const std::string& name, const std::vector<float>& values,
                      const StridedView& view);
// [columns, rows] from values [rows, columns].
NamedArray transposed(const std::string& name, const std::vector<float>& values, int64_t rows,
                      int64_t columns);

// The word's activation; kCorrupt for one that is not among ours.
ActFn activation(const ConfigWords& words, const char* word, const std::string& otherwise);

// d_model / n_heads; kCorrupt at the word for the heads if that is no integer.
int64_t head_width(const ConfigWords& words, const TransformerOptions& options,
                   const char* heads_word);

// What stands before the names of a model's tensors: before those of its body, and before its
// unembedding's.
struct Roots {
  std::string body;
  std::string head;
};
// `last_norm` ("ln_f.weight") is in every folder: what stands before it is the body's. A body alone
// lacks its own name ("transformer."), one inside other modules has theirs in front. kCorrupt if
// the folder holds two models.
Roots roots_of(const WeightSource& weights, const std::string& last_norm, const std::string& body);

// `to`.w and `to`.b [d_model] from `from`.weight and `from`.bias.
void take_norm(WeightSource& weights, const std::string& from, const std::string& to,
               int64_t d_model, std::vector<NamedArray>& parameters);

// The two ends of a model that both look up [d_vocab, d_model] by token.
struct TokenTensors {
  std::string embedding;
  std::string head;
};
// embed.W_E, from the head if the two are tied and only that is in the folder.
void take_embedding(WeightSource& weights, const TransformerOptions& options,
                    const TokenTensors& names, std::vector<NamedArray>& parameters);
// unembed.W_U [d_model, d_vocab] from the head; none if it is tied to the embedding. kCorrupt if
// they are tied but differ.
void take_unembedding(WeightSource& weights, const TransformerOptions& options,
                      const TokenTensors& names, std::vector<NamedArray>& parameters);

}  // namespace kairo
