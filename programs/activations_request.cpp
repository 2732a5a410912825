#include "programs/activations_request.h"

namespace kairo {
namespace {

void add_input_options(CLI::App& app, ActivationsRequest& request) {
  app.add_option("--checkpoint", request.checkpoint, "The model: a checkpoint.")
      ->required()
      ->type_name("FILE");
  CLI::Option* tokens =
      app.add_option(
             "--tokens", request.tokens,
             "Token ids to run the model on: an HDF5 file with /tokens [batch, pos] int64, or "
             "FILE:/DATASET.")
          ->type_name("FILE");
  CLI::Option* tokenizer =
      app.add_option("--tokenizer", request.tokenizer,
                     "Instead of --tokens, together with --text: a folder with GPT-2's kind of "
                     "tokenizer.json, or vocab.json and merges.txt.")
          ->type_name("FOLDER")
          ->excludes(tokens);
  app.add_option("--text", request.texts,
                 "A text for the tokenizer; may be given again, all with equally many tokens.")
      ->type_name("STRING")
      ->allow_extra_args(false)
      ->needs(tokenizer);
}

void add_kept_options(CLI::App& app, ActivationsRequest& request) {
  app.add_option("--names", request.names,
                 "Hook points to keep, a glob such as blocks.*.attn.hook_pattern; may be repeated. "
                 "Default: all, with attn.hook_result. hook_attn_in, hook_q_input, hook_k_input, "
                 "hook_v_input and hook_mlp_in are kept only if they are named.")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  app.add_option("--positions", request.positions,
                 "Positions to keep, e.g. 0,5; negative counts from the end (--positions=-1). "
                 "Default: all.")
      ->type_name("LIST")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--budget-mib", request.budget_mib,
                 "The most memory that the activations may take; more is an error that says how "
                 "much they would.")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description(""));
  app.add_flag("--yes", request.yes, "Write the file even if it is larger than 200 MB.");
  app.add_flag("--gradients", request.gradients,
               "Also gradients of the mean next-token loss, of the points and of the parameters.");
}

void add_change_options(CLI::App& app, ActivationsRequest& request) {
  CLI::Option* interventions =
      app.add_option("--interventions", request.interventions,
                     "YAML list of what is changed in the pass (docs/interventions.md).")
          ->type_name("FILE");
  app.add_option(
         "--donor", request.donors,
         "A run that interventions take activations from: the name they give in `from`, and "
         "its tokens. May be given again.")
      ->type_name("NAME=FILE")
      ->allow_extra_args(false)
      ->needs(interventions);
  ProcessingOptions& processing = request.processing;
  app.add_flag("--fold-ln", processing.fold_ln,
               "Before the pass, fold the gains and biases of norms into the weights that read "
               "them.");
  app.add_flag("--center-writing-weights", processing.center_writing_weights,
               "Before the pass, centre what is written to the residual stream.");
  app.add_flag("--center-unembed", processing.center_unembed,
               "Before the pass, centre the unembedding.");
  app.add_flag("--fold-value-biases", processing.fold_value_biases,
               "Before the pass, fold the value biases into b_O.");
}

}  // namespace

void add_options(CLI::App& app, ActivationsRequest& request) {
  app.description(
      "Writes the activations of one checkpoint on given tokens or texts to an HDF5 file, and its "
      "gradients if asked for.");
  add_input_options(app, request);
  add_output_options(app, request.output);
  add_kept_options(app, request);
  add_change_options(app, request);
}

}  // namespace kairo
