// Text out of HDF5, of variable or fixed length (h5py writes both). Called under the lock.
#pragma once

#include <string>
#include <vector>

#include "core/store/hdf5_internal.h"

namespace kairo {

// The `n` texts of a dataset of strings; all together may not be longer than the file.
std::vector<std::string> dataset_texts(const H5::DataSet& dataset, std::size_t n,
                                       std::size_t file_size);

// The text of a scalar attribute, which may not be longer than the file.
std::string attribute_text(const H5::Attribute& attribute, std::size_t file_size);

// [rank], "" where an axis has none.
std::vector<std::string> labels_of(const H5::DataSet& dataset);

}  // namespace kairo
