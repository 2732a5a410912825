// dataset.h5: every example's tokens, spans, choices and split, so that anyone can repeat a probe
// in Python. The names in the file are those of its first task: /selector is the part that can be
// replaced, /candidates are the choices. Layout (also in docs/file-formats.md), integers
// little-endian int64 unless said otherwise:
//
//   attributes of /   format = "kairoscope-dataset", format_version = 1, task, content_hash
//   (SHA-256,
//                     hex, as content_hash() computes it), ambiguity_nats (float64)
//   /tokens           [example, pos]  the whole sequence
//   /inputs           [example, pos]  what the model reads
//   /labels           [example, pos]  the token predicted at pos, or -1 where there is no loss
//   /split            [example] int8  0 train, 1 held out
//   /lengths          [example]       absent if all have pos tokens; behind them, padding
//   /group            [example]       examples of one document (that share a base)
//   /selector         [example]       index into /selectors; absent without such a part
//   /selectors        [value, length] attributes span (default "selector"), letter (default "z")
//   /candidates       [group, candidate, target_length]       absent if there is nothing to choose
//   /vocabulary       [d_vocab] strings, the printable name of each token
//   /spans/<name>     [2] or [example, 2] begin, end: positions [begin, end) of "target", ...
//   /floors/name, /floors/quantity, /floors/definition        [floor] strings; absent if there are
//   none /floors/nats      [floor] float64
//
// The file has a digest in front (core/store/hdf5_file.h). In Python:
//   with h5py.File("dataset.h5") as f: tokens = f["tokens"][f["split"][:] == 0]
#pragma once

#include <memory>
#include <string>

#include "core/data/memory_dataset.h"

namespace kairo {

constexpr int64_t kDatasetFormatVersion = 1;

// Atomic. Throws kIo.
void write_dataset(const std::string& path, const MemoryDataset& data);
// Throws kNotFound, kCorrupt (no digest, another format, a newer version, parts that do not fit
// together, content that does not have the hash it names).
std::shared_ptr<const MemoryDataset> read_dataset(const std::string& path);

}  // namespace kairo
