#include "core/store/hdf5_image.h"

#include "core/store/digest_block.h"

namespace kairo {
namespace {

constexpr std::size_t kImageGrowth = std::size_t{1} << 20;  // bytes added at a time

// HDF5 takes two images of one name for one file and refuses the second while the first is open.
std::string next_name() {
  static uint64_t count = 0;  // under the lock
  return "kairo_image_" + std::to_string(count++);
}

H5::FileAccPropList in_memory() {
  H5::FileAccPropList access;
  access.setCore(kImageGrowth, false);
  return access;
}

// Where HDF5 would copy an image (into the property list, then into the file), it gets the bytes
// themselves: a checkpoint of gigabytes is held once. The high-level library can do that too
// (H5LTopen_file_image) but leaks a few bytes an open in 1.10.8.
void* lend(std::size_t, H5FD_file_image_op_t, void* bytes) {
  return static_cast<std::string*>(bytes)->data();
}
void* no_copy(void* to, const void*, std::size_t, H5FD_file_image_op_t, void*) { return to; }
void* no_growth(void*, std::size_t, H5FD_file_image_op_t, void*) { return nullptr; }
herr_t keep(void*, H5FD_file_image_op_t, void*) { return 0; }
void* same_bytes(void* bytes) { return bytes; }
herr_t keep_bytes(void*) { return 0; }

}  // namespace

H5::H5File create_image() {
  H5::FileCreatPropList creation;
  creation.setUserblock(kUserBlockSize);
  return H5::H5File(next_name(), H5F_ACC_TRUNC, creation, in_memory());
}

std::string take_image(H5::H5File& file) {
  file.flush(H5F_SCOPE_GLOBAL);
  const ssize_t size = checked(H5Fget_file_image(file.getId(), nullptr, 0), "H5Fget_file_image");
  // HDF5 hands out what stands after the user block.
  std::string bytes(kUserBlockSize + static_cast<std::size_t>(size), '\0');
  checked(H5Fget_file_image(file.getId(), &bytes[kUserBlockSize], size), "H5Fget_file_image");
  file.close();
  return bytes;
}

H5::H5File open_image(std::string& bytes) {
  const H5::FileAccPropList access = in_memory();
  H5FD_file_image_callbacks_t callbacks = {lend,       no_copy,    no_growth, keep,
                                           same_bytes, keep_bytes, &bytes};
  checked(H5Pset_file_image_callbacks(access.getId(), &callbacks), "H5Pset_file_image_callbacks");
  checked(H5Pset_file_image(access.getId(), bytes.data(), bytes.size()), "H5Pset_file_image");
  return H5::H5File(next_name(), H5F_ACC_RDONLY, H5::FileCreatPropList::DEFAULT, access);
}

}  // namespace kairo
