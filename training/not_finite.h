// Where a number first ceased to be one: for the message of a run that has to stop.
//
// A value at a hook point is not finite where it is a NaN or an infinity; but -inf is what the mask
// of attention scores is made of (attn.hook_attn_scores), and so is no finding there.
#pragma once

#include <string>

#include "core/model/flat_parameters.h"
#include "core/store/checkpoint.h"
#include "hooks/hooks.h"

namespace kairo {

// "the gradient of blocks.0.attn.W_Q (3 of 512 numbers)" of the first parameter, in the order of a
// forward pass, whose gradient is not finite; "" where all are.
std::string first_bad_gradient(const FlatParameters& parameters);

// "blocks.0.mlp.W_in of exp_avg_sq (3 of 512 numbers)" of the first parameter, or else the first of
// an optimiser's state, that no reader would accept; "" where all are finite.
std::string first_bad_array(const Checkpoint& checkpoint);

// Looks at every hook point of one forward and backward pass.
class NotFiniteWatch {
 public:
  NotFiniteWatch();
  NotFiniteWatch(const NotFiniteWatch&) = delete;
  NotFiniteWatch& operator=(const NotFiniteWatch&) = delete;
  // Of the pass; refers to this.
  const Hooks& hooks() const { return hooks_; }
  // "blocks.1.mlp.hook_pre" of the first value in firing order, else "the gradient at …" of the
  // first in the order of the backward pass; "" where all are finite.
  std::string found() const;

 private:
  Hooks hooks_;
  std::string value_;
  std::string gradient_;
};

}  // namespace kairo
