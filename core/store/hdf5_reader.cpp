#include <memory>

#include "core/files/atomic_file.h"
#include "core/store/digest_block.h"
#include "core/store/hdf5_copy.h"
#include "core/store/hdf5_extent.h"
#include "core/store/hdf5_file.h"
#include "core/store/hdf5_image.h"
#include "core/store/hdf5_internal.h"
#include "core/store/hdf5_text.h"

namespace kairo {

struct Hdf5Reader::Impl {
  std::string path;
  std::string bytes;
  bool digest = false;
  H5::H5File file;

  std::string where(const std::string& inside) const { return path + ":" + inside; }

  [[noreturn]] void refuse(const std::string& inside, const std::string& expected,
                           const std::string& came) const {
    throw Error(ErrorKind::kCorrupt).at(where(inside)).expected(expected).came(came);
  }

  // HDF5 reports a missing step on the way as an error; here it is a plain no.
  bool exists(const std::string& inside) const {
    for (std::size_t end = inside.find('/', 1);; end = inside.find('/', end + 1)) {
      const std::string part = inside.substr(0, end);
      if (part != "/" && !file.nameExists(part)) return false;
      if (end == std::string::npos) return true;
    }
  }

  H5::DataSet open(const std::string& inside) const {
    if (!exists(inside)) refuse(inside, "", "the file has no dataset of this name");
    if (file.childObjType(inside) == H5O_TYPE_GROUP) refuse(inside, "a dataset", "a group");
    return file.openDataSet(inside);
  }

  template <typename Function>
  auto use(const std::string& inside, Function function) const {
    return guarded(ErrorKind::kCorrupt, where(inside), function);
  }

  template <typename T>
  std::vector<T> numbers(const std::string& inside, const H5::PredType& native) const {
    return use(inside, [&] {
      const H5::DataSet dataset = open(inside);
      const H5T_class_t kind = dataset.getTypeClass();
      const bool floats_wanted = std::is_floating_point_v<T>;
      if (kind != H5T_INTEGER && !(floats_wanted && kind == H5T_FLOAT)) {
        refuse(inside, floats_wanted ? "numbers" : "integers", "data of another kind");
      }
      std::vector<T> values(checked_elements(dataset, bytes.size(), where(inside)));
      if (!values.empty()) dataset.read(values.data(), native);
      return values;
    });
  }

  // Calls `function` with the scalar attribute; `kinds` are the classes that will do.
  template <typename Function>
  auto attribute(const std::string& inside, const std::string& name,
                 std::initializer_list<H5T_class_t> kinds, Function function) const {
    return use(inside + "@" + name, [&] {
      if (!exists(inside)) refuse(inside, "", "the file has no group or dataset of this name");
      const std::shared_ptr<H5::H5Object> object = open_object(file, inside);
      if (!object->attrExists(name)) refuse(inside, "", "it has no attribute \"" + name + "\"");
      const H5::Attribute found = object->openAttribute(name);
      bool fits = found.getSpace().getSimpleExtentNpoints() == 1;
      bool known = false;
      for (H5T_class_t kind : kinds) known = known || found.getTypeClass() == kind;
      if (!fits || !known) refuse(inside + "@" + name, "one value", "data of another kind");
      return function(found);
    });
  }
};

Hdf5Reader::Hdf5Reader(const std::string& path, DigestRule rule) : impl_(std::make_unique<Impl>()) {
  open(path, rule, {});
}

Hdf5Reader::Hdf5Reader(const std::string& path, const std::vector<std::string>& datasets)
    : impl_(std::make_unique<Impl>()) {
  open(path, DigestRule::kMayLack, datasets);
}

void Hdf5Reader::open(const std::string& path, DigestRule rule,
                      const std::vector<std::string>& datasets) {
  impl_->path = path;
  impl_->bytes = read_file(path);
  impl_->digest = check_seal(path, impl_->bytes);
  if (!impl_->digest && rule == DigestRule::kRequired) {
    throw Error(ErrorKind::kCorrupt)
        .at(path)
        .fact("the digest in its first 512 bytes is missing")
        .hint("it is damaged, or another program wrote it: copy it again if there is another copy");
  }
  if (!impl_->digest) impl_->bytes = copy_of_foreign_image(path, impl_->bytes, datasets);
  guarded(ErrorKind::kCorrupt, path, [&] { impl_->file = open_image(impl_->bytes); });
}

Hdf5Reader::~Hdf5Reader() {
  Hdf5Lock lock;
  impl_.reset();
}

const std::string& Hdf5Reader::file() const { return impl_->path; }

bool Hdf5Reader::has_digest() const { return impl_->digest; }

void Hdf5Reader::require_format(const std::string& name, int64_t newest) const {
  if (!has_attribute("/", "format") || text_attribute("/", "format") != name) {
    throw Error(ErrorKind::kCorrupt)
        .at(file())
        .fact("this is no file of format " + name)
        .hint("check the path");
  }
  const int64_t version = integer_attribute("/", "format_version");
  if (version >= 1 && version <= newest) return;
  throw Error(ErrorKind::kCorrupt)
      .at(file())
      .fact("it is " + name + " of version " + std::to_string(version) +
            ", and this program reads versions up to " + std::to_string(newest))
      .hint("use a newer Kairoscope");
}

bool Hdf5Reader::exists(const std::string& path) const {
  return impl_->use(path, [&] { return impl_->exists(path); });
}

bool Hdf5Reader::is_group(const std::string& path) const {
  return impl_->use(path, [&] {
    if (!impl_->exists(path)) return false;
    return path == "/" || impl_->file.childObjType(path) == H5O_TYPE_GROUP;
  });
}

std::vector<std::string> Hdf5Reader::children(const std::string& group_path) const {
  return impl_->use(group_path, [&] {
    if (!impl_->exists(group_path))
      impl_->refuse(group_path, "", "the file has no group of this name");
    const H5::Group group = impl_->file.openGroup(group_path);
    std::vector<std::string> names;
    for (hsize_t i = 0; i < group.getNumObjs(); ++i) names.push_back(group.getObjnameByIdx(i));
    return names;
  });
}

std::vector<int64_t> Hdf5Reader::shape(const std::string& path) const {
  return impl_->use(path, [&] { return shape_of(impl_->open(path)); });
}

std::vector<std::string> Hdf5Reader::dimension_labels(const std::string& path) const {
  return impl_->use(path, [&] { return labels_of(impl_->open(path)); });
}

std::vector<float> Hdf5Reader::floats(const std::string& path) const {
  return impl_->numbers<float>(path, H5::PredType::NATIVE_FLOAT);
}

std::vector<double> Hdf5Reader::doubles(const std::string& path) const {
  return impl_->numbers<double>(path, H5::PredType::NATIVE_DOUBLE);
}

std::vector<int64_t> Hdf5Reader::integers(const std::string& path) const {
  return impl_->numbers<int64_t>(path, H5::PredType::NATIVE_INT64);
}

std::vector<std::string> Hdf5Reader::texts(const std::string& path) const {
  return impl_->use(path, [&] {
    const H5::DataSet dataset = impl_->open(path);
    if (dataset.getTypeClass() != H5T_STRING) impl_->refuse(path, "text", "data of another kind");
    const std::size_t n = checked_elements(dataset, impl_->bytes.size(), impl_->where(path));
    return dataset_texts(dataset, n, impl_->bytes.size());
  });
}

std::string Hdf5Reader::text(const std::string& path) const {
  const std::vector<std::string> all = texts(path);
  if (all.size() != 1) impl_->refuse(path, "one text", std::to_string(all.size()));
  return all.front();
}

bool Hdf5Reader::has_attribute(const std::string& path, const std::string& name) const {
  return impl_->use(path, [&] {
    return impl_->exists(path) && open_object(impl_->file, path)->attrExists(name);
  });
}

std::string Hdf5Reader::text_attribute(const std::string& path, const std::string& name) const {
  return impl_->attribute(path, name, {H5T_STRING}, [&](const H5::Attribute& found) {
    return attribute_text(found, impl_->bytes.size());
  });
}

int64_t Hdf5Reader::integer_attribute(const std::string& path, const std::string& name) const {
  return impl_->attribute(path, name, {H5T_INTEGER}, [](const H5::Attribute& found) {
    int64_t value = 0;
    found.read(H5::PredType::NATIVE_INT64, &value);
    return value;
  });
}

double Hdf5Reader::real_attribute(const std::string& path, const std::string& name) const {
  return impl_->attribute(path, name, {H5T_INTEGER, H5T_FLOAT}, [](const H5::Attribute& found) {
    double value = 0;
    found.read(H5::PredType::NATIVE_DOUBLE, &value);
    return value;
  });
}

}  // namespace kairo
