#include "programs/activations_input.h"

#include <torch/utils.h>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/model/cached_run.h"
#include "core/store/hdf5_file.h"
#include "core/text/tokenizer.h"

namespace kairo {
namespace {

// `source`: FILE, or FILE:/DATASET.
at::Tensor read_tokens(const std::string& source) {
  const std::size_t colon = source.rfind(":/");
  const std::string path = source.substr(0, colon);
  const std::string dataset = colon == std::string::npos ? "/tokens" : source.substr(colon + 1);
  const Hdf5Reader file(path, {dataset});
  const std::vector<int64_t> shape = file.shape(dataset);
  if (shape.size() != 2) {
    throw Error(ErrorKind::kShape)
        .at(path + ": " + dataset)
        .fact("it has " + std::to_string(shape.size()) + " axes, tokens have two: [batch, pos]");
  }
  return at::tensor(file.integers(dataset)).view(shape);
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
  throw Error(ErrorKind::kUsage)
      .at("--text")
      .fact("the texts have different numbers of tokens: " + listed)
      .hint("run the program once for each number");
}

ActivationsInput encode_texts(const ActivationsRequest& request) {
  const Tokenizer tokenizer = Tokenizer::from_folder(request.tokenizer);
  ActivationsInput input;
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

[[noreturn]] void refuse_donor(const std::string& donor, const std::string& fact,
                               const std::string& hint) {
  throw Error(ErrorKind::kUsage).at("--donor " + donor).fact(fact).hint(hint);
}

}  // namespace

ActivationsInput read_input(const ActivationsRequest& request) {
  // The command line lets through at most one of the two ways.
  if (!request.tokens.empty()) return {read_tokens(request.tokens), {}, {}};
  if (!request.texts.empty()) return encode_texts(request);
  throw Error(ErrorKind::kUsage)
      .at("tokens")
      .fact("no tokens are given")
      .hint("--tokens FILE, or --tokenizer FOLDER with --text STRING");
}

Donors run_donors(const Model& model, const ActivationsRequest& request,
                  const std::vector<Intervention>& interventions) {
  const torch::NoGradGuard no_grad;
  Donors donors;
  for (const std::string& donor : request.donors) {
    const std::size_t equals = donor.find('=');
    if (equals == std::string::npos || equals == 0)
      refuse_donor(donor, "the donor has no name", "write --donor NAME=FILE");
    const std::string name = donor.substr(0, equals);
    const std::vector<std::string> patterns = patterns_taken(interventions, name);
    if (patterns.empty())
      refuse_donor(donor, "no intervention takes its values",
                   "write from: " + name + " in one, or leave the donor out");
    if (donors.count(name) > 0)
      refuse_donor(donor, "the donor " + name + " is given twice", "leave one out");
    const at::Tensor tokens = read_tokens(donor.substr(equals + 1));
    donors[name] = run_with_cache(model, tokens, patterns).cache;
  }
  return donors;
}

}  // namespace kairo
