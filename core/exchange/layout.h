// A layout: how one architecture of Hugging Face names, shapes and packs its weights, and which
// model words its config.json means. The table in hugging_face.cpp finds it by `model_type`.
//
// A parameter here is a strided view of a tensor there (a transpose, the heads of a fused
// projection): `rearranged` is the one way from one to the other.
#pragma once

#include <string>
#include <vector>

#include "core/config/model_options.h"
#include "core/exchange/config_words.h"
#include "core/exchange/weight_source.h"
#include "core/store/checkpoint.h"

namespace kairo {

struct Layout {
  std::string model_type;
  // kCorrupt naming the word that asks for what this toolkit's transformer does not do.
  ModelOptions (*model_options)(const ConfigWords& words);
  // Every parameter, named and shaped as core/model/flat_parameters.h says.
  std::vector<NamedArray> (*parameters)(WeightSource& weights, const ModelOptions& options,
                                        const ConfigWords& words);
  // Endings of tensors that are no weights.
  std::vector<std::string> buffers;
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
ActFn activation(const ConfigWords& words, const char* word);

// d_model / n_heads; kCorrupt at the word for the heads where that is no integer.
int64_t head_width(const ConfigWords& words, int64_t d_model, const char* heads_word);

// `to`.w and `to`.b [d_model] from `from`.weight and `from`.bias.
void take_norm(WeightSource& weights, const std::string& from, const std::string& to,
               int64_t d_model, std::vector<NamedArray>& parameters);

// unembed.W_U [d_model, d_vocab] from `head` [d_vocab, d_model], or from the embedding where config
// ties the two, and unembed.b_U of zeros. kCorrupt where they are tied but differ.
void take_unembedding(WeightSource& weights, const ModelOptions& options, bool tied,
                      const std::string& head, std::vector<NamedArray>& parameters);

}  // namespace kairo
