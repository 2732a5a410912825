#include "core/store/hdf5_copy.h"

#include <hdf5_hl.h>

#include <array>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "core/files/isolated_call.h"
#include "core/store/hdf5_extent.h"
#include "core/store/hdf5_image.h"
#include "core/store/hdf5_internal.h"
#include "core/store/hdf5_text.h"

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

enum class WhenUnreadable { kRefuse, kKeepTheName };

// Registered filters, by https://github.com/HDFGroup/hdf5_plugins and HDF5's own.
std::string filter_name(H5Z_filter_t filter) {
  static const std::map<H5Z_filter_t, std::string> names = {
      {1, "gzip"},           {4, "szip"},      {305, "lzo"},         {307, "bzip2"},
      {32000, "lzf"},        {32001, "blosc"}, {32003, "snappy"},    {32004, "lz4"},
      {32008, "bitshuffle"}, {32013, "zfp"},   {32015, "zstandard"}, {32017, "sz"},
      {32026, "blosc2"}};
  const auto found = names.find(filter);
  return (found == names.end() ? "" : found->second + ", ") + "filter " + std::to_string(filter);
}

// True if the values stand in other files.
bool is_elsewhere(const H5::DataSet& source) {
  const H5::DSetCreatPropList creation = source.getCreatePlist();
  return H5Pget_layout(creation.getId()) == H5D_VIRTUAL ||
         H5Pget_external_count(creation.getId()) > 0;
}

// "" if the values can be read here: each filter is there, and they stand in this file.
std::string why_unreadable(const H5::DataSet& source) {
  const H5::DSetCreatPropList creation = source.getCreatePlist();
  const hid_t list = creation.getId();
  if (H5Pget_layout(list) == H5D_VIRTUAL)
    return "this is a virtual dataset: its values are in other files";
  if (H5Pget_external_count(list) > 0) return "its values are in other files";
  for (int i = 0; i < creation.getNfilters(); ++i) {
    unsigned flags = 0, config = 0;
    std::size_t n_values = 0;
    char name[1] = "";
    const H5Z_filter_t filter = H5Pget_filter2(list, static_cast<unsigned>(i), &flags, &n_values,
                                               nullptr, sizeof name, name, &config);
    if (H5Zfilter_avail(filter) > 0) continue;
    return "its values are packed by a filter that this program lacks (" + filter_name(filter) +
           ")";
  }
  return "";
}

class Copy {
 public:
  Copy(const std::string& file, std::string& bytes)
      : file_(file), size_(bytes.size()), from_(open_image(bytes)), to_(create_image()) {}

  std::string run(const std::vector<std::string>& datasets) {
    if (datasets.empty()) group("/", 0);
    for (const std::string& path : datasets) only(path);
    return take_image(to_);
  }

 private:
  // One dataset and the groups above it. What does not exist is for the reader to say.
  void only(const std::string& path) {
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
      const std::string part = path.substr(0, end);
      if (part == "/" || !leads_somewhere(part)) return;
      if (from_.childObjType(part) != H5O_TYPE_GROUP) {
        if (end == std::string::npos) dataset(part, WhenUnreadable::kRefuse);
        return;
      }
      to_.createGroup(part);
      if (end == std::string::npos) return;
    }
  }

  // False if there is nothing of this name; kCorrupt for a link that leads out of the file or to
  // nothing.
  bool leads_somewhere(const std::string& path) const {
    if (!from_.nameExists(path)) return false;
    H5L_info_t link{};
    checked(H5Lget_info(from_.getId(), path.c_str(), &link, H5P_DEFAULT), "H5Lget_info");
    const bool is_outside = link.type != H5L_TYPE_HARD && link.type != H5L_TYPE_SOFT;
    if (!is_outside && H5Oexists_by_name(from_.getId(), path.c_str(), H5P_DEFAULT) > 0) return true;
    throw Error(ErrorKind::kCorrupt)
        .at(file_ + ":" + path)
        .fact(is_outside ? "this link leads into another file" : "this link leads to nothing")
        .hint("name the file and dataset that hold the data");
  }

  void group(const std::string& path, int depth) {
    const H5::Group source = from_.openGroup(path);
    H5O_info_t about{};
    checked(H5Oget_info(source.getId(), &about), "H5Oget_info");
    refuse_circles(about.addr, path, depth);
    above_.insert(about.addr);
    copy_attributes(source, path == "/" ? to_.openGroup(path) : to_.createGroup(path));
    const std::string prefix = path == "/" ? path : path + "/";
    for (hsize_t i = 0; i < source.getNumObjs(); ++i) {
      const std::string child = prefix + source.getObjnameByIdx(i);
      const bool exists = H5Oexists_by_name(from_.getId(), child.c_str(), H5P_DEFAULT) > 0;
      const H5O_type_t kind = exists ? from_.childObjType(child) : H5O_TYPE_UNKNOWN;
      if (kind == H5O_TYPE_GROUP) {
        group(child, depth + 1);
      } else if (kind == H5O_TYPE_DATASET) {
        dataset(child, WhenUnreadable::kKeepTheName);
      } else {
        to_.createDataSet(child, another_kind(), H5::DataSpace(H5S_SCALAR));
      }
    }
    above_.erase(about.addr);
  }

  // A group may stand in several places (hard links), but not inside itself.
  void refuse_circles(haddr_t group, const std::string& path, int depth) {
    if (above_.count(group) == 0 && depth <= kDeepest) return;
    throw Error(ErrorKind::kCorrupt)
        .at(file_ + ":" + path)
        .fact("this group contains itself, or lies too deep");
  }

  void dataset(const std::string& path, WhenUnreadable unreadable) {
    const H5::DataSet source = from_.openDataSet(path);
    const std::string reason = why_unreadable(source);
    if (!reason.empty() && (unreadable == WhenUnreadable::kRefuse || is_elsewhere(source))) {
      throw Error(ErrorKind::kCorrupt)
          .at(file_ + ":" + path)
          .fact(reason)
          .hint(
              "rewrite it: h5repack -f NONE OLD NEW, or in h5py create_dataset(name, "
              "data=old[...])");
    }
    if (!reason.empty()) {
      to_.createDataSet(path, another_kind(), same_space(source));
      return;
    }
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
  std::set<haddr_t> above_;  // groups from the root to the one at work
};

// Called by HDF5 where a call fails, while its errors are known: notes in `result` (a bool) that
// one of them speaks of a version.
herr_t note_version(hid_t stack, void* result) {
  const auto look = [](unsigned, const H5E_error2_t* error, void* found) -> herr_t {
    const std::string text = error->desc == nullptr ? "" : error->desc;
    if (text.find("version") != std::string::npos) *static_cast<bool*>(found) = true;
    return 0;
  };
  return H5Ewalk2(stack, H5E_WALK_UPWARD, look, result);
}

// In the child, which inherited HDF5's lock.
std::string copy_image(const std::string& file, std::string& bytes,
                       const std::vector<std::string>& datasets) {
  bool unknown_version = false;
  H5Eset_auto2(H5E_DEFAULT, note_version, &unknown_version);
  try {
    return Copy(file, bytes).run(datasets);
  } catch (const H5::Exception& error) {
    if (!unknown_version) throw hdf5_error(ErrorKind::kCorrupt, file, error);
    throw Error(ErrorKind::kCorrupt)
        .at(file)
        .fact(
            "it is written in a newer version of the HDF5 format than this program reads, or "
            "damaged")
        .hint(
            "rewrite it: h5repack --low=0 --high=0 OLD NEW, or in h5py File(name, 'w', "
            "libver=('earliest', 'v110'))");
  }
}

CallLimits limits_for(std::size_t size) {
  CallLimits limits;
  limits.cpu_seconds = 4 + static_cast<int64_t>(size >> 20);
  limits.memory += size * 2000;
  return limits;
}

}  // namespace

std::string copy_of_foreign_image(const std::string& file, std::string& bytes,
                                  const std::vector<std::string>& datasets) {
  const auto started = [&] {
    Hdf5Lock lock;
    return std::make_unique<IsolatedCall>([&] { return copy_image(file, bytes, datasets); },
                                          limits_for(bytes.size()));
  };
  std::string result;
  if (started()->finish(result)) return result;
  const bool names_file = result.compare(0, file.size(), file) == 0;
  if (names_file) throw Error(ErrorKind::kCorrupt).fact(result);
  throw Error(ErrorKind::kCorrupt)
      .at(file)
      .fact("HDF5 cannot read this file here: " + result)
      .hint(
          "copy what is needed into a new file, such as with h5copy; fetch it again if h5dump "
          "fails too");
}

}  // namespace kairo
