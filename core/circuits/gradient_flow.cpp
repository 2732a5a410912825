#include "core/circuits/gradient_flow.h"

#include <torch/utils.h>

#include <algorithm>
#include <memory>

#include "core/base/error.h"

namespace kairo {
namespace {

constexpr int64_t kRowsAtOnce = 128;  // examples of one pass

struct Part {
  at::Tensor gradient;              // of the summed loss
  std::vector<at::Tensor> losses;   // summed over an example's tokens, [rows] each
  std::vector<at::Tensor> squares;  // of the summed loss, [rows, pos] each
  at::Tensor by_token;
};

void add_rows(Model& shard, const LabelledTokens& rows, Part& part) {
  Hooks hooks;
  hooks.observe_gradient("hook_embed", [&](const at::Tensor& gradient, const HookPoint&) {
    const at::Tensor exact = gradient.to(at::kDouble);
    part.squares.push_back(exact.square().sum(-1));
    part.by_token.index_add_(0, rows.inputs.flatten(), exact.flatten(0, 1));
  });
  const at::Tensor loss = token_losses(shard, rows, hooks);
  part.losses.push_back(loss.detach().to(at::kDouble).sum(1));
  loss.sum().backward();
}

// Examples [begin, end).
// Of the last axis of a hook point. kNotFound if the model has none of this name.
int64_t width_at(const Model& model, const std::string& point) {
  const HookTable& table = model.hook_table();
  const HookPoint& found = table.points()[static_cast<std::size_t>(table.match(point).front())];
  return model.axis_sizes().at(found.axes.back());
}

Part part_of(const Model& model, const LabelledTokens& tokens, int64_t begin, int64_t end) {
  const torch::AutoGradMode with_graph(true);
  const std::unique_ptr<Model> shard = model.shard();
  Part part;
  part.gradient = shard->parameters().gradients();
  part.by_token = at::zeros({model.options().d_vocab, width_at(model, "hook_embed")},
                            tokens.inputs.options().dtype(at::kDouble));
  for (int64_t row = begin; row < end; row += kRowsAtOnce) {
    const int64_t n = std::min(kRowsAtOnce, end - row);
    add_rows(*shard, tokens.rows(row, n), part);
  }
  return part;
}

std::vector<std::pair<Span, std::string>> ordered_spans(const Dataset& data) {
  std::vector<std::pair<Span, std::string>> spans;
  if (data.spans() == nullptr) return spans;
  for (const std::string& name : data.spans()->names()) {
    const std::optional<Span> span = data.spans()->fixed(name);
    if (span) spans.emplace_back(*span, name);
  }
  std::sort(spans.begin(), spans.end(),
            [](const auto& a, const auto& b) { return a.first.begin < b.first.begin; });
  return spans;
}

}  // namespace

void run_one_after_another(int64_t n, const std::function<void(int64_t)>& task) {
  for (int64_t i = 0; i < n; ++i) task(i);
}

GradientFlow gradient_flow(const Model& model, const LabelledTokens& tokens, const RunTasks& run) {
  const int64_t n = tokens.inputs.size(0),
                n_positions = static_cast<int64_t>(tokens.positions.size());
  if (n < 1 || n_positions < 1) {
    throw Error(ErrorKind::kShape)
        .at("gradient flow")
        .fact("no example has a token with a loss (" + std::to_string(n) + " examples, " +
              std::to_string(n_positions) + " positions with a loss)");
  }
  const LabelledTokens all = tokens.on(model.parameters().values().device());
  std::vector<Part> parts(kGradientParts);
  run(kGradientParts, [&](int64_t i) {
    parts[i] = part_of(model, all, i * n / kGradientParts, (i + 1) * n / kGradientParts);
  });
  GradientFlow flow;
  flow.gradient = at::zeros_like(model.parameters().values());
  flow.by_token = at::zeros_like(parts.front().by_token);
  std::vector<at::Tensor> losses, squares;
  for (const Part& part : parts) {
    flow.gradient.add_(part.gradient);
    flow.by_token.add_(part.by_token);
    losses.insert(losses.end(), part.losses.begin(), part.losses.end());
    squares.insert(squares.end(), part.squares.begin(), part.squares.end());
  }
  const at::Tensor tokens_of_one = tokens.labels.ne(kNoLabel).sum(1).to(at::kCPU, at::kDouble);
  const double tokens_of_all = tokens_of_one.sum().item<double>();
  flow.gradient.div_(tokens_of_all);
  flow.by_token.div_(tokens_of_all);
  flow.losses = at::cat(losses).to(at::kCPU).div_(tokens_of_one);
  flow.embedding_squares = at::cat(squares).to(at::kCPU).div_(tokens_of_one.square().unsqueeze(1));
  return flow;
}

std::vector<std::string> segment_names(const Dataset& data) {
  std::vector<std::string> names;
  for (const auto& [span, name] : ordered_spans(data)) names.push_back(name);
  names.emplace_back("rest");
  return names;
}

at::Tensor segment_norms(const at::Tensor& squares, const Dataset& data) {
  at::Tensor rest = squares.clone();
  std::vector<at::Tensor> norms;
  for (const auto& [span, name] : ordered_spans(data)) {
    norms.push_back(squares.narrow(1, span.begin, span.size()).sum(1).sqrt());
    rest.narrow(1, span.begin, span.size()).zero_();
  }
  norms.push_back(rest.sum(1).sqrt());
  return at::stack(norms, 1);
}

}  // namespace kairo
