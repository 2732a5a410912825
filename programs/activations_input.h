// What `activations` feeds its model: tokens from a file or from texts, and the runs that
// interventions take from.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/model/intervene.h"
#include "core/model/model.h"
#include "programs/activations_request.h"

namespace kairo {

struct ActivationsInput {
  at::Tensor tokens;                     // [batch, pos] int64
  std::vector<std::string> texts;        // [batch], or none
  std::vector<std::string> token_texts;  // batch * pos, or none
};

// kUsage where the request names neither tokens nor texts; kShape where they are no batch.
ActivationsInput read_input(const ActivationsRequest& request);

// Runs the model on each donor's tokens and keeps what the interventions take. kUsage for a donor
// that none of them takes from, or one given twice.
Donors run_donors(const Model& model, const ActivationsRequest& request,
                  const std::vector<Intervention>& interventions);

}  // namespace kairo
