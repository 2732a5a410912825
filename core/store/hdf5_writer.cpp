#include <hdf5_hl.h>

#include <cstring>
#include <limits>

#include "core/files/atomic_file.h"
#include "core/store/digest_block.h"
#include "core/store/hdf5_file.h"
#include "core/store/hdf5_image.h"
#include "core/store/hdf5_internal.h"

namespace kairo {
namespace {

constexpr std::size_t kLargestChunk = std::size_t{1} << 18;  // bytes; four fit HDF5's chunk cache
constexpr int kDeflateLevel = 4;

H5::LinkCreatPropList missing_groups_made() {
  H5::LinkCreatPropList links;
  links.setCreateIntermediateGroup(true);
  links.setCharEncoding(H5T_CSET_UTF8);
  return links;
}

H5::StrType utf8() {
  H5::StrType type(H5::PredType::C_S1, H5T_VARIABLE);
  type.setCset(H5T_CSET_UTF8);
  return type;
}

// HDF5 takes text up to the first NUL; silently cut text would not round trip.
const char* text_of(const std::string& where, const std::string& value) {
  if (value.find('\0') != std::string::npos) {
    throw Error(ErrorKind::kShape)
        .at(where)
        .fact("the text has a NUL character, which HDF5 cannot hold");
  }
  return value.c_str();
}

std::vector<hsize_t> extent(const std::string& path, const std::vector<int64_t>& shape) {
  for (int64_t length : shape) {
    if (length >= 0) continue;
    throw Error(ErrorKind::kShape)
        .at(path)
        .expected("lengths of at least 0")
        .came(std::to_string(length));
  }
  return {shape.begin(), shape.end()};
}

H5::DataSpace space_of(const std::vector<hsize_t>& dims) {
  return dims.empty() ? H5::DataSpace(H5S_SCALAR)
                      : H5::DataSpace(static_cast<int>(dims.size()), dims.data());
}

std::size_t bytes_of(const std::vector<hsize_t>& dims, std::size_t element) {
  std::size_t bytes = element;
  for (hsize_t length : dims) bytes *= length;
  return bytes;
}

// Leading axes are cut first: a reader of one step then unpacks little else.
std::vector<hsize_t> chunk_of(std::vector<hsize_t> dims, std::size_t element) {
  for (hsize_t& length : dims) {
    while (length > 1 && bytes_of(dims, element) > kLargestChunk) length = (length + 1) / 2;
  }
  return dims;
}

}  // namespace

struct Hdf5Writer::Impl {
  H5::H5File file = create_image();
  H5::LinkCreatPropList links = missing_groups_made();
  std::size_t compress_over = std::numeric_limits<std::size_t>::max();

  H5::DataSet create(const std::string& path, const std::vector<hsize_t>& dims,
                     const H5::DataType& type) {
    H5::DSetCreatPropList creation;
    checked(H5Pset_obj_track_times(creation.getId(), false), "H5Pset_obj_track_times");
    if (!dims.empty() && bytes_of(dims, type.getSize()) > compress_over) {
      const std::vector<hsize_t> chunk = chunk_of(dims, type.getSize());
      creation.setChunk(static_cast<int>(chunk.size()), chunk.data());
      creation.setShuffle();
      creation.setDeflate(kDeflateLevel);
    }
    return file.createDataSet(path, type, space_of(dims), creation, H5::DSetAccPropList::DEFAULT,
                              links);
  }

  void array(const std::string& path, const std::vector<int64_t>& shape, const void* values,
             const H5::PredType& stored, const H5::PredType& native) {
    guarded(ErrorKind::kIo, path, [&] {
      const std::vector<hsize_t> dims = extent(path, shape);
      H5::DataSet dataset = create(path, dims, stored);
      if (bytes_of(dims, 1) > 0) dataset.write(values, native);
    });
  }

  template <typename Function>
  void attribute(const std::string& path, const std::string& name, Function create_on) {
    guarded(ErrorKind::kIo, path + "@" + name, [&] { create_on(*open_object(file, path)); });
  }
};

Hdf5Writer::Hdf5Writer()
    : impl_(guarded(ErrorKind::kIo, "HDF5 image", [] { return std::make_unique<Impl>(); })) {}

Hdf5Writer::~Hdf5Writer() {
  Hdf5Lock lock;
  impl_.reset();
}

void Hdf5Writer::compress_arrays_over(std::size_t bytes) { impl_->compress_over = bytes; }

void Hdf5Writer::group(const std::string& path) {
  guarded(ErrorKind::kIo, path, [&] { impl_->file.createGroup(path, impl_->links); });
}

void Hdf5Writer::array(const std::string& path, const std::vector<int64_t>& shape,
                       const float* values) {
  impl_->array(path, shape, values, H5::PredType::IEEE_F32LE, H5::PredType::NATIVE_FLOAT);
}

void Hdf5Writer::array(const std::string& path, const std::vector<int64_t>& shape,
                       const double* values) {
  impl_->array(path, shape, values, H5::PredType::IEEE_F64LE, H5::PredType::NATIVE_DOUBLE);
}

void Hdf5Writer::array(const std::string& path, const std::vector<int64_t>& shape,
                       const int64_t* values) {
  impl_->array(path, shape, values, H5::PredType::STD_I64LE, H5::PredType::NATIVE_INT64);
}

void Hdf5Writer::array(const std::string& path, const std::vector<int64_t>& shape,
                       const int8_t* values) {
  impl_->array(path, shape, values, H5::PredType::STD_I8LE, H5::PredType::NATIVE_INT8);
}

void Hdf5Writer::text(const std::string& path, const std::string& value) {
  guarded(ErrorKind::kIo, path, [&] {
    const char* pointer = text_of(path, value);
    impl_->create(path, {}, utf8()).write(&pointer, utf8());
  });
}

void Hdf5Writer::texts(const std::string& path, const std::vector<std::string>& values) {
  texts(path, {static_cast<int64_t>(values.size())}, values);
}

void Hdf5Writer::texts(const std::string& path, const std::vector<int64_t>& shape,
                       const std::vector<std::string>& values) {
  guarded(ErrorKind::kIo, path, [&] {
    const std::vector<hsize_t> dims = extent(path, shape);
    if (bytes_of(dims, 1) != values.size()) {
      throw Error(ErrorKind::kShape)
          .at(path)
          .expected(std::to_string(bytes_of(dims, 1)) + " texts")
          .came(std::to_string(values.size()));
    }
    std::vector<const char*> pointers;
    for (const std::string& value : values) pointers.push_back(text_of(path, value));
    H5::DataSet dataset = impl_->create(path, dims, utf8());
    if (!pointers.empty()) dataset.write(pointers.data(), utf8());
  });
}

void Hdf5Writer::attribute(const std::string& path, const std::string& name,
                           const std::string& value) {
  impl_->attribute(path, name, [&](const H5::H5Object& object) {
    const char* pointer = text_of(path + "@" + name, value);
    object.createAttribute(name, utf8(), H5::DataSpace(H5S_SCALAR)).write(utf8(), &pointer);
  });
}

void Hdf5Writer::attribute(const std::string& path, const std::string& name, int64_t value) {
  impl_->attribute(path, name, [&](const H5::H5Object& object) {
    object.createAttribute(name, H5::PredType::STD_I64LE, H5::DataSpace(H5S_SCALAR))
        .write(H5::PredType::NATIVE_INT64, &value);
  });
}

void Hdf5Writer::attribute(const std::string& path, const std::string& name, double value) {
  impl_->attribute(path, name, [&](const H5::H5Object& object) {
    object.createAttribute(name, H5::PredType::IEEE_F64LE, H5::DataSpace(H5S_SCALAR))
        .write(H5::PredType::NATIVE_DOUBLE, &value);
  });
}

void Hdf5Writer::dimension_scale(const std::string& scale_path, const std::string& name) {
  guarded(ErrorKind::kIo, scale_path, [&] {
    checked(H5DSset_scale(impl_->file.openDataSet(scale_path).getId(), name.c_str()),
            "H5DSset_scale");
  });
}

void Hdf5Writer::attach_scale(const std::string& array_path, int axis,
                              const std::string& scale_path) {
  guarded(ErrorKind::kIo, array_path, [&] {
    const H5::DataSet array = impl_->file.openDataSet(array_path);
    const H5::DataSet scale = impl_->file.openDataSet(scale_path);
    checked(H5DSattach_scale(array.getId(), scale.getId(), static_cast<unsigned>(axis)),
            "H5DSattach_scale");
  });
}

void Hdf5Writer::dimension_label(const std::string& array_path, int axis,
                                 const std::string& label) {
  guarded(ErrorKind::kIo, array_path, [&] {
    const H5::DataSet array = impl_->file.openDataSet(array_path);
    checked(H5DSset_label(array.getId(), static_cast<unsigned>(axis), label.c_str()),
            "H5DSset_label");
  });
}

void Hdf5Writer::format(const std::string& name, int64_t version) {
  attribute("/", "format", name);
  attribute("/", "format_version", version);
}

void Hdf5Writer::write(const std::string& path, bool with_digest) {
  std::string bytes = guarded(ErrorKind::kIo, path, [&] { return take_image(impl_->file); });
  if (with_digest) seal(bytes);
  write_file_atomically(path, bytes.data(), bytes.size());
}

}  // namespace kairo
