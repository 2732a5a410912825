// patch_one_head CHECKPOINT DATASET LAYER HEAD: how much of z's effect on the answer does one head
// carry? The head's output in a run with another z is put into the run with the example's own z.
#include <ATen/ATen.h>

#include <cstdlib>
#include <iostream>
#include <memory>

#include "core/base/error.h"
#include "core/data/dataset_file.h"
#include "core/model/batch.h"
#include "core/model/cached_run.h"
#include "core/model/checkpoint_io.h"

namespace {

void patch(const char* checkpoint, const char* dataset, int64_t layer, int64_t head) {
  const auto data = kairo::read_dataset(dataset);
  const std::unique_ptr<kairo::Model> loaded = kairo::load_model(checkpoint);
  const kairo::Model& model = *loaded;
  const auto drawn = kairo::draw_alternatives(*data, {0, 1, 2, 3}, /*seed=*/1);
  const at::Tensor clean = kairo::inputs_of(*data, std::vector<int64_t>{0, 1, 2, 3});
  const at::Tensor corrupt = kairo::inputs_of(*data, drawn);
  const int64_t query = kairo::fixed_span(*data, "target")->begin - 1;
  const at::Tensor answer = kairo::labels_of(data->batch({0, 1, 2, 3})).select(1, query);
  const auto answer_logit = [&](const at::Tensor& logits) {
    return logits.select(1, query).gather(1, answer.unsqueeze(1)).mean().item<double>();
  };

  const std::string point = "blocks." + std::to_string(layer) + ".attn.hook_z";
  const kairo::CachedRun donor = kairo::run_with_cache(model, corrupt, {point});
  const at::Tensor given = donor.cache[point].select(2, head);
  const kairo::Edit put_head = [&](const at::Tensor& z, const kairo::HookPoint&) {
    at::Tensor changed = z.clone();
    changed.select(2, head).copy_(given);
    return changed;
  };
  std::cout << "answer's logit, its own z: " << answer_logit(model.forward(clean)) << "\n"
            << "answer's logit, another z: " << answer_logit(donor.logits) << "\n"
            << "own z but for head " << layer << "." << head << ": "
            << answer_logit(kairo::run_with_hooks(model, clean, {{point, put_head}})) << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: patch_one_head CHECKPOINT DATASET LAYER HEAD\n";
    return 2;
  }
  try {
    patch(argv[1], argv[2], std::atoll(argv[3]), std::atoll(argv[4]));
  } catch (const kairo::Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  return 0;
}
