#include "core/store/hdf5_copy.h"

#include <hdf5_hl.h>

#include <array>
#include <memory>
#include <set>
#include <vector>

#include "core/store/hdf5_extent.h"
#include "core/store/hdf5_image.h"
#include "core/store/hdf5_internal.h"
#include "core/store/hdf5_text.h"
#include "core/store/isolated_call.h"

namespace kairo {
namespace {

constexpr int kDeepest = 64;

// The type in which a dataset or attribute of numbers is read and written again.
const H5::PredType& plain_type(const H5::AbstractDs& source) {
  if (source.getTypeClass() == H5T_FLOAT) {
    return source.getFloatType().getSize() > sizeof(float) ? H5::PredType::NATIVE_DOUBLE
                                                           : H5::PredType::NATIVE_FLOAT;
  }
  return source.getIntType().getSign() == H5T_SGN_NONE ? H5::PredType::NATIVE_UINT64
                                                       : H5::PredType::NATIVE_INT64;
}

bool is_number(H5T_class_t kind) { return kind == H5T_FLOAT || kind == H5T_INTEGER; }

// Keeps a name taken: who reads it learns that it is data of another kind.
H5::DataType another_kind() { return H5::DataType(H5T_OPAQUE, 1); }

H5::StrType variable_text() {
  H5::StrType type(H5::PredType::C_S1, H5T_VARIABLE);
  type.setCset(H5T_CSET_UTF8);
  return type;
}

H5::DataSpace same_space(const H5::DataSet& source) {
  const H5S_class_t kind = source.getSpace().getSimpleExtentType();
  if (kind == H5S_NULL) return H5::DataSpace(H5S_NULL);
  const std::vector<int64_t> shape = shape_of(source);
  const std::vector<hsize_t> dims(shape.begin(), shape.end());
  return dims.empty() ? H5::DataSpace(H5S_SCALAR)
                      : H5::DataSpace(static_cast<int>(dims.size()), dims.data());
}

// How dimension scales are kept: names of HDF5's own, of which labels are carried over as such.
bool is_of_scales(const std::string& attribute) {
  static const std::set<std::string> names = {"CLASS", "NAME", "REFERENCE_LIST", "DIMENSION_LIST",
                                              "DIMENSION_LABELS"};
  return names.count(attribute) > 0;
}

class Copy {
 public:
  Copy(const std::string& file, std::string& bytes)
      : file_(file), size_(bytes.size()), from_(open_image(bytes)), to_(create_image()) {}

  std::string run() {
    group("/", 0);
    return take_image(to_);
  }

 private:
  void group(const std::string& path, int depth) {
    const H5::Group source = from_.openGroup(path);
    refuse_circles(source, path, depth);
    copy_attributes(source, path == "/" ? to_.openGroup(path) : to_.createGroup(path));
    const std::string prefix = path == "/" ? path : path + "/";
    for (hsize_t i = 0; i < source.getNumObjs(); ++i) {
      const std::string child = prefix + source.getObjnameByIdx(i);
      const H5O_type_t kind = from_.childObjType(child);
      if (kind == H5O_TYPE_GROUP) {
        group(child, depth + 1);
      } else if (kind == H5O_TYPE_DATASET) {
        dataset(child);
      } else {
        to_.createDataSet(child, another_kind(), H5::DataSpace(H5S_SCALAR));
      }
    }
  }

  // A damaged file may hold a group that contains itself.
  void refuse_circles(const H5::Group& group, const std::string& path, int depth) {
    H5O_info_t about{};
    checked(H5Oget_info(group.getId(), &about), "H5Oget_info");
    if (seen_.insert(about.addr).second && depth <= kDeepest) return;
    throw Error(ErrorKind::kCorrupt,
                {file_ + ":" + path, "each group in one place", "one in several", ""});
  }

  void dataset(const std::string& path) {
    const H5::DataSet source = from_.openDataSet(path);
    const H5T_class_t kind = source.getTypeClass();
    const std::size_t n = checked_elements(source, size_, file_ + ":" + path);
    if (is_number(kind)) {
      const H5::PredType& type = plain_type(source);
      std::vector<char> values(n * type.getSize());
      if (n > 0) source.read(values.data(), type);
      const H5::DataSet made = to_.createDataSet(path, type, same_space(source));
      if (n > 0) made.write(values.data(), type);
      finish(source, made);
    } else if (kind == H5T_STRING) {
      std::vector<const char*> pointers;
      const std::vector<std::string> texts = dataset_texts(source, n, size_);
      for (const std::string& text : texts) pointers.push_back(text.c_str());
      const H5::DataSet made = to_.createDataSet(path, variable_text(), same_space(source));
      if (n > 0) made.write(pointers.data(), variable_text());
      finish(source, made);
    } else {
      finish(source, to_.createDataSet(path, another_kind(), same_space(source)));
    }
  }

  void finish(const H5::DataSet& source, const H5::DataSet& made) {
    copy_attributes(source, made);
    const std::vector<std::string> labels = labels_of(source);
    for (std::size_t axis = 0; axis < labels.size(); ++axis) {
      if (labels[axis].empty()) continue;
      checked(H5DSset_label(made.getId(), static_cast<unsigned>(axis), labels[axis].c_str()),
              "H5DSset_label");
    }
  }

  void copy_attributes(const H5::H5Object& source, const H5::H5Object& made) {
    for (int i = 0; i < source.getNumAttrs(); ++i) {
      const H5::Attribute attribute = source.openAttribute(static_cast<unsigned>(i));
      if (!is_of_scales(attribute.getName())) copy_attribute(attribute, made);
    }
  }

  void copy_attribute(const H5::Attribute& source, const H5::H5Object& made) {
    const std::string name = source.getName();
    const H5T_class_t kind = source.getTypeClass();
    const bool is_single = source.getSpace().getSimpleExtentNpoints() == 1;
    if (is_single && is_number(kind)) {
      const H5::PredType& type = plain_type(source);
      std::array<char, 8> value{};
      source.read(type, value.data());
      made.createAttribute(name, type, H5::DataSpace(H5S_SCALAR)).write(type, value.data());
    } else if (is_single && kind == H5T_STRING) {
      const std::string text = attribute_text(source, size_);
      const char* pointer = text.c_str();
      made.createAttribute(name, variable_text(), H5::DataSpace(H5S_SCALAR))
          .write(variable_text(), &pointer);
    } else {
      made.createAttribute(name, another_kind(), H5::DataSpace(H5S_SCALAR));
    }
  }

  const std::string& file_;
  const std::size_t size_;
  H5::H5File from_;
  H5::H5File to_;
  std::set<haddr_t> seen_;
};

// In the child, which inherited HDF5's lock.
std::string copy_image(const std::string& file, std::string& bytes) {
  try {
    return Copy(file, bytes).run();
  } catch (const H5::Exception& error) {
    throw hdf5_error(ErrorKind::kCorrupt, file, error);
  }
}

CallLimits limits_for(std::size_t size) {
  CallLimits limits;
  limits.cpu_seconds += static_cast<int64_t>(size >> 22);
  limits.memory += size * 2000;
  return limits;
}

}  // namespace

std::string copy_of_foreign_image(const std::string& file, std::string& bytes) {
  const auto started = [&] {
    Hdf5Lock lock;
    return std::make_unique<IsolatedCall>([&] { return copy_image(file, bytes); },
                                          limits_for(bytes.size()));
  };
  std::string result;
  if (started()->finish(result)) return result;
  const bool names_file = result.compare(0, file.size(), file) == 0;
  if (names_file) throw Error(ErrorKind::kCorrupt, {result, "", "", ""});
  throw Error(ErrorKind::kCorrupt, {file, "an HDF5 file that can be read", result,
                                    "the file is damaged: copy it again, or delete it"});
}

}  // namespace kairo
