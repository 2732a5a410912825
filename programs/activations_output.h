// The file that `activations` writes (docs/file-formats.md): arrays whose axes are named as the
// hook points name them, and where model and tokens came from.
//
// Each axis has a dimension scale of its name in the root group (/batch, /pos, /head, /d_model
// ...), which h5py shows and xarray reads as a coordinate. With --positions the axis pos of
// activations has the scale /kept_pos, whose values are the positions kept.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "core/model/model.h"
#include "core/store/checkpoint.h"
#include "core/store/hdf5_file.h"
#include "hooks/activation_cache.h"
#include "programs/activations_input.h"

namespace kairo {

// Bytes of the arrays that a request writes, before anything is computed; `kept` are those of the
// activations (core/model/cached_run.h).
std::size_t output_bytes(const Model& model, const ActivationsRequest& request,
                         const at::Tensor& tokens, std::size_t kept);

class ActivationsOutput {
 public:
  // `positions`: those kept of every activation, as asked for; empty: all.
  ActivationsOutput(const at::Tensor& tokens, const std::vector<int64_t>& positions);

  void origin(const ActivationsRequest& request, const Checkpoint& checkpoint,
              const std::vector<Intervention>& interventions);
  void input(const ActivationsInput& input);
  void logits(const at::Tensor& logits, const at::Tensor& loss_per_token);
  void cache(const std::string& group, const ActivationCache& cache, const HookTable& table);
  void parameter_gradients(const FlatParameters& parameters);

  void write(const std::string& path) { file_.write(path, /*with_digest=*/false); }

 private:
  void tensor(const std::string& path, const at::Tensor& tensor);
  // Names the axes of an array that is there, and attaches their scales.
  void name_axes(const std::string& path, const std::vector<int64_t>& shape,
                 const std::vector<std::string>& axes, bool kept);
  // The scale of an axis, made where there is none of this name and length yet.
  std::string scale(const std::string& axis, int64_t length, bool kept);

  Hdf5Writer file_;
  std::vector<int64_t> kept_;              // positions kept, none negative; empty: all
  std::map<std::string, int64_t> scales_;  // name -> length
};

}  // namespace kairo
