#!/usr/bin/env python3
"""make.py: writes the folders beside it anew (README.md says what they are).

Needs transformers 5 and torch. Each model is saved by transformers, its config.json is then changed
at random, and the logits are those of the folder as AutoModelForCausalLM reads it.
"""
import json
import os
import random
import shutil

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GPT2Config, GPTNeoXConfig

HERE = os.path.dirname(os.path.abspath(__file__))
VOCABULARY = os.path.join(HERE, "..", "bpe")
# Activations of the toolkit under all of their names; a folder with another one must be refused.
DONE = ["gelu", "gelu_python", "gelu_new", "gelu_fast", "gelu_accurate", "gelu_pytorch_tanh",
        "gelu_python_tanh", "relu", "silu", "swish"]
OTHER = ["gelu_10", "mish", "quick_gelu", "relu2", "tanh"]
TEXTS = ["don't the", " the  <|endoftext|>  she", "the<|pad|>he", "a <s> b", "e\u0301t\u00e9 A\u030a",
         "hehe\u00a0<s>\n he", ""]


def of_gpt2(draw):
    words = dict(n_layer=draw.choice([1, 2, 3]), n_head=draw.choice([1, 2, 4]), n_embd=8, n_positions=8,
                 vocab_size=12, n_inner=draw.choice([None, 4, 20]), layer_norm_epsilon=draw.choice([1e-5, 1e-3, 0.1]),
                 activation_function=draw.choice(DONE), scale_attn_weights=draw.random() < 0.6,
                 scale_attn_by_inverse_layer_idx=draw.random() < 0.5, reorder_and_upcast_attn=draw.random() < 0.4,
                 tie_word_embeddings=draw.random() < 0.6)
    return GPT2Config(**words)


def of_neox(draw):
    heads = draw.choice([1, 2])
    rope = dict(rope_type="default", rope_theta=draw.choice([10.0, 10000.0, 500000.0]),
                partial_rotary_factor=draw.choice([0.25, 0.4, 0.5, 0.8, 1.0]))
    words = dict(num_hidden_layers=draw.choice([1, 2]), num_attention_heads=heads, hidden_size=8 * heads,
                 intermediate_size=draw.choice([4, 16]), max_position_embeddings=8, vocab_size=12,
                 layer_norm_eps=draw.choice([1e-5, 1e-3, 0.1]), hidden_act=draw.choice(DONE), rope_parameters=rope,
                 use_parallel_residual=draw.random() < 0.5, attention_bias=draw.random() < 0.6,
                 tie_word_embeddings=draw.random() < 0.4)
    return GPTNeoXConfig(**words)


# Changes of a saved config.json; each gives the word for which the folder must be refused, or None.
def words_of_transformers4(words, draw):
    rope = words.pop("rope_parameters")
    words.update(rotary_emb_base=rope["rope_theta"], rotary_pct=rope["partial_rotary_factor"], rope_scaling=None,
                 torch_dtype="float32")


def rope_in_scaling(words, draw):
    words["rope_scaling"] = {"type": "default", "rope_theta": 77.0}
    words["rotary_pct"] = 0.5


def rope_defaults(words, draw):
    del words["rope_parameters"]


def rope_linear(words, draw):
    words["rope_parameters"].update(rope_type="linear", factor=2.0)
    return "rope_type"


def rope_width(words, draw):
    words["rope_parameters"]["partial_rotary_factor"] = 0.5
    words["head_dim"] = 4


def names_of_all_models(words, draw):
    for ours, theirs in (("n_layer", "num_hidden_layers"), ("n_head", "num_attention_heads"), ("n_embd", "hidden_size"),
                         ("n_positions", "max_position_embeddings")):
        words[theirs] = words.pop(ours)


def defaults(words, draw):
    for word, value in (("activation_function", "gelu_new"), ("layer_norm_epsilon", 1e-5), ("n_inner", None),
                        ("scale_attn_weights", True), ("hidden_act", "gelu"), ("layer_norm_eps", 1e-5),
                        ("use_parallel_residual", True)):
        words.pop(word, None)
    words.pop("reorder_and_upcast_attn", None)


def older_words(words, draw):
    words.update(n_ctx=8, output_past=True, task_specific_params={"text-generation": {"max_length": 50}}, top_k=3,
                 gradient_checkpointing=False, num_labels=3, finetuning_task=None, _num_labels=1, initializer_range=9.0)


def another_activation(words, draw):
    word = "hidden_act" if "hidden_act" in words else "activation_function"
    words[word] = draw.choice(OTHER)
    return word


def unknown_word(words, draw):
    words["residual_scale"] = 2.0
    return "residual_scale"


def as_saved(words, draw):
    return None


GPT2_CHANGES = [as_saved, as_saved, as_saved, names_of_all_models, older_words, another_activation, unknown_word,
                older_words, as_saved, defaults]
NEOX_CHANGES = [as_saved, as_saved, words_of_transformers4, rope_in_scaling, rope_defaults, rope_linear, rope_width,
                another_activation, words_of_transformers4, as_saved]


def write_model(number, config, change, draw):
    folder = os.path.join(HERE, f"{number:02d}_{config.model_type}_{change.__name__}")
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(number)
    model = AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():  # biases and gains away from 0 and 1 show when they are left out
            parameter.normal_(0, 0.5)
    model.save_pretrained(folder)
    path = os.path.join(folder, "config.json")
    words = json.load(open(path))
    refused = change(words, draw)
    json.dump(words, open(path, "w"), indent=1)
    os.path.exists(os.path.join(folder, "generation_config.json")) and os.remove(os.path.join(folder, "generation_config.json"))
    tokens = torch.tensor([[draw.randrange(12) for _ in range(7)]])
    expected = {"tokens": tokens.tolist()}
    if refused:
        expected["refused"] = refused
    else:
        read = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        with torch.no_grad():
            expected["logits"] = [[[float(f"{x:.9g}") for x in row] for row in each] for each in read(tokens).logits.tolist()]
    json.dump(expected, open(os.path.join(folder, "expected.json"), "w"))


def added(text, **more):
    return {"content": text, "lstrip": False, "rstrip": False, "single_word": False, "normalized": False,
            "special": True, **more}


TOKENIZERS = {
    "tokenizer_gpt2_bos": (False, {"tokenizer_class": "GPT2Tokenizer", "add_bos_token": True, "add_prefix_space": True}, {}),
    "tokenizer_gpt2_map": (False, {"tokenizer_class": "GPT2Tokenizer"},
                           {"special_tokens_map.json": {"pad_token": added("<|pad|>", lstrip=True), "eos_token": "<s>"},
                            "added_tokens.json": {"he": 500}}),
    "tokenizer_neox": (False, {"tokenizer_class": "GPTNeoXTokenizer", "add_eos_token": True, "pad_token": None}, {}),
    "tokenizer_strip": (True, {"tokenizer_class": "GPT2TokenizerFast", "added_tokens_decoder": {
        "0": added("<|endoftext|>", lstrip=True, rstrip=True), "415": added("<s>", rstrip=True, normalized=True, special=False),
        "416": added("he", single_word=True, normalized=True, special=False)}}, {}),
    "tokenizer_config_json": (True, None, {"config.json": {"model_type": "gpt_neox"}}),
    "tokenizer_fast": (True, {"tokenizer_class": "PreTrainedTokenizerFast", "additional_special_tokens": ["<|pad|>"],
                              "model_max_length": 10**309}, {}),
}


def write_tokenizer(name, has_file, config, files):
    folder = os.path.join(HERE, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for file in ["tokenizer.json"] if has_file else ["vocab.json", "merges.txt"]:
        shutil.copy(os.path.join(VOCABULARY, file), folder)
    if name == "tokenizer_fast":
        path = os.path.join(folder, "tokenizer.json")
        whole = json.load(open(path))
        end = {"SpecialToken": {"id": "<|endoftext|>", "type_id": 0}}
        whole["normalizer"] = {"type": "Sequence", "normalizers": [{"type": "NFC"}]}
        whole["post_processor"] = {"type": "TemplateProcessing", "single": [end, {"Sequence": {"id": "A", "type_id": 0}}, end],
                                   "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                                   "special_tokens": {"<|endoftext|>": {"id": "<|endoftext|>", "ids": [0], "tokens": ["<|endoftext|>"]}}}
        whole["truncation"] = {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0}
        json.dump(whole, open(path, "w"))
    for file, words in {**files, **({"tokenizer_config.json": config} if config else {})}.items():
        json.dump(words, open(os.path.join(folder, file), "w"))
    tokenizer = AutoTokenizer.from_pretrained(folder)
    expected = [{"text": text, "ids": tokenizer(text)["input_ids"]} for text in TEXTS]
    json.dump(expected, open(os.path.join(folder, "expected.json"), "w"))


def main():
    draw = random.Random(20261130)
    for i, change in enumerate(GPT2_CHANGES):
        config = of_gpt2(draw)
        if change is defaults:
            config.n_inner, config.activation_function, config.layer_norm_epsilon = None, "gelu_new", 1e-5
            config.scale_attn_weights = True
        write_model(i, config, change, draw)
    for i, change in enumerate(NEOX_CHANGES):
        write_model(10 + i, of_neox(draw), change, draw)
    for name, (has_file, config, files) in TOKENIZERS.items():
        write_tokenizer(name, has_file, config, files)


if __name__ == "__main__":
    main()
