// Sizes that a file claims are checked before memory is asked for: a damaged header may claim any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/store/hdf5_internal.h"

namespace kairo {

// [rank]; empty for a scalar.
std::vector<int64_t> shape_of(const H5::DataSet& dataset);

// The number of elements of `dataset`. kCorrupt at `where` unless they can stand in a file of
// `file_size` bytes: uncompressed at their full size; compressed at most 2000 times it (deflate
// reaches 1032) and 2^33 elements. Data kept outside the file is refused.
std::size_t checked_elements(const H5::DataSet& dataset, std::size_t file_size,
                             const std::string& where);

}  // namespace kairo
