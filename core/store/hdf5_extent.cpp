#include "core/store/hdf5_extent.h"

namespace kairo {
namespace {

constexpr uint64_t kMostCompressedElements = uint64_t{1} << 33;
constexpr uint64_t kMostCompression = 2000;

[[noreturn]] void refuse(const std::string& where, const std::string& expected,
                         const std::string& came) {
  throw Error(ErrorKind::kCorrupt)
      .at(where)
      .expected(expected)
      .came(came)
      .hint("the file is damaged");
}

// False where the product does not fit.
bool bytes_claimed(const std::vector<int64_t>& shape, uint64_t element, uint64_t& elements,
                   uint64_t& bytes) {
  elements = 1;
  for (int64_t length : shape) {
    if (length < 0) return false;
    if (__builtin_mul_overflow(elements, static_cast<uint64_t>(length), &elements)) return false;
  }
  return !__builtin_mul_overflow(elements, element, &bytes);
}

bool is_chunked(const H5::DataSet& dataset, const std::string& where) {
  const H5::DSetCreatPropList creation = dataset.getCreatePlist();
  const H5D_layout_t layout = H5Pget_layout(creation.getId());
  if (layout == H5D_VIRTUAL || H5Pget_external_count(creation.getId()) > 0) {
    refuse(where, "", "its data lie in another file");
  }
  return layout == H5D_CHUNKED;
}

}  // namespace

std::vector<int64_t> shape_of(const H5::DataSet& dataset) {
  const H5::DataSpace space = dataset.getSpace();
  std::vector<hsize_t> dims(static_cast<std::size_t>(space.getSimpleExtentNdims()));
  if (!dims.empty()) space.getSimpleExtentDims(dims.data());
  return {dims.begin(), dims.end()};
}

std::size_t checked_elements(const H5::DataSet& dataset, std::size_t file_size,
                             const std::string& where) {
  if (dataset.getSpace().getSimpleExtentType() == H5S_NULL) return 0;
  const bool chunked = is_chunked(dataset, where);
  const uint64_t limit = chunked ? kMostCompression * file_size : file_size;
  uint64_t elements = 0;
  uint64_t bytes = 0;
  const bool fits =
      bytes_claimed(shape_of(dataset), dataset.getDataType().getSize(), elements, bytes);
  if (!fits || bytes > limit || (chunked && elements > kMostCompressedElements)) {
    refuse(where, "at most " + std::to_string(limit) + " bytes in this file",
           fits ? std::to_string(bytes) : "more than can be counted");
  }
  return static_cast<std::size_t>(elements);
}

}  // namespace kairo
