// HDF5 files in memory (the core driver with no file behind it). Called under the lock.
#pragma once

#include <string>

#include "core/store/hdf5_internal.h"

namespace kairo {

// A new file with room for the user block.
H5::H5File create_image();

// Every byte of `file`, which is closed; the user block in front is zeros.
std::string take_image(H5::H5File& file);

// Opens `bytes` for reading where they lie: they must outlive the file and not move.
H5::H5File open_image(std::string& bytes);

}  // namespace kairo
