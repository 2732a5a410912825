// Files of unknown origin. HDF5 1.10 can be crashed by a file made for it or damaged by chance, so
// that only a child process opens one (core/files/isolated_call.h): it reads all of it and writes
// what it understood as a new file of ours. This process sees that copy alone.
#pragma once

#include <string>
#include <vector>

namespace kairo {

// `bytes`, the whole of `file`, as a new image with what Hdf5Reader can tell: groups; arrays of
// numbers (as float32 or float64, int64 or uint64) and texts with the labels of their axes;
// attributes of one value. What is of another kind, or packed by a filter that this build lacks,
// keeps its name and shape. With `datasets` only these are copied, through hard and soft links;
// what lies beside them is not read. kCorrupt naming the file if HDF5 refuses or crashes, with the
// filter or the newer format by name; if it needs more processor time (20 s, and 1 s per MiB) or
// memory (1 GiB, and 2000 times the file) the message says that. Takes HDF5's lock while the child
// is made.
std::string copy_of_foreign_image(const std::string& file, std::string& bytes,
                                  const std::vector<std::string>& datasets = {});

}  // namespace kairo
