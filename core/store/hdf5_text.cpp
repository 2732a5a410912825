#include "core/store/hdf5_text.h"

#include <hdf5_hl.h>

#include <memory>

#include "core/store/hdf5_extent.h"

namespace kairo {
namespace {

// HDF5's strings land here: many references to one long text cannot ask for more than the file
// could hold, and nothing leaks where a read fails half way.
class StringArena {
 public:
  explicit StringArena(std::size_t budget) : left_(budget) {}

  H5::DSetMemXferPropList transfer() {
    H5::DSetMemXferPropList list;
    list.setVlenMemManager(take, this, release, this);
    return list;
  }

 private:
  static void* take(std::size_t size, void* arena) {
    auto* self = static_cast<StringArena*>(arena);
    if (size > self->left_) return nullptr;
    self->left_ -= size;
    self->pieces_.push_back(std::make_unique<char[]>(size));
    return self->pieces_.back().get();
  }
  static void release(void*, void*) {}

  std::size_t left_;
  std::vector<std::unique_ptr<char[]>> pieces_;
};

// Fixed-length text ends at its first NUL, or fills its room.
std::string fixed_text(const char* begin, std::size_t room) {
  const std::string text(begin, room);
  return text.substr(0, text.find('\0'));
}

std::vector<std::string> fixed_texts(const H5::DataSet& dataset, const H5::StrType& type,
                                     std::size_t n) {
  const std::size_t room = type.getSize();
  std::string buffer(n * room, '\0');
  if (n > 0) dataset.read(buffer.data(), type);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < n; ++i) texts.push_back(fixed_text(&buffer[i * room], room));
  return texts;
}

std::vector<std::string> variable_texts(const H5::DataSet& dataset, const H5::StrType& type,
                                        std::size_t n, std::size_t file_size) {
  StringArena arena(file_size + n);
  std::vector<char*> pointers(n, nullptr);
  if (n > 0) {
    dataset.read(pointers.data(), type, H5::DataSpace::ALL, H5::DataSpace::ALL, arena.transfer());
  }
  std::vector<std::string> texts;
  for (const char* pointer : pointers) texts.emplace_back(pointer ? pointer : "");
  return texts;
}

}  // namespace

std::vector<std::string> dataset_texts(const H5::DataSet& dataset, std::size_t n,
                                       std::size_t file_size) {
  const H5::StrType type = dataset.getStrType();
  return type.isVariableStr() ? variable_texts(dataset, type, n, file_size)
                              : fixed_texts(dataset, type, n);
}

std::string attribute_text(const H5::Attribute& attribute, std::size_t file_size) {
  const H5::StrType type = attribute.getStrType();
  if (!type.isVariableStr()) {
    if (attribute.getInMemDataSize() > file_size) {
      throw H5::AttributeIException("attribute_text", "a text longer than the file");
    }
    std::string buffer(attribute.getInMemDataSize(), '\0');
    attribute.read(type, buffer.data());
    return fixed_text(buffer.data(), buffer.size());
  }
  char* pointer = nullptr;
  attribute.read(type, static_cast<void*>(&pointer));
  const std::string text = pointer ? pointer : "";
  H5free_memory(pointer);
  return text;
}

std::vector<std::string> labels_of(const H5::DataSet& dataset) {
  std::vector<std::string> labels(shape_of(dataset).size());
  for (std::size_t axis = 0; axis < labels.size(); ++axis) {
    const auto index = static_cast<unsigned>(axis);
    const ssize_t size =
        checked(H5DSget_label(dataset.getId(), index, nullptr, 0), "H5DSget_label");
    std::vector<char> buffer(static_cast<std::size_t>(size) + 1, '\0');
    checked(H5DSget_label(dataset.getId(), index, buffer.data(), buffer.size()), "H5DSget_label");
    labels[axis] = buffer.data();
  }
  return labels;
}

}  // namespace kairo
