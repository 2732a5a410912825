#include "core/store/hdf5_internal.h"

namespace kairo {
namespace {

std::mutex& hdf5_mutex() {
  static std::mutex mutex;
  return mutex;
}

// A file must not make us open another one: links that lead out of it end here.
void forbid_external_links() {
  static const bool forbidden = H5Lunregister(H5L_TYPE_EXTERNAL) >= 0;
  static_cast<void>(forbidden);
}

}  // namespace

Hdf5Lock::Hdf5Lock() : lock_(hdf5_mutex()) {
  H5::Exception::dontPrint();
  forbid_external_links();
}

Error hdf5_error(ErrorKind kind, const std::string& where, const H5::Exception& error) {
  return Error(kind).at(where).fact("HDF5 refused: " + error.getFuncName() + ", " +
                                    error.getDetailMsg());
}

std::shared_ptr<H5::H5Object> open_object(const H5::H5File& file, const std::string& path) {
  if (path == "/" || file.childObjType(path) == H5O_TYPE_GROUP) {
    return std::make_shared<H5::Group>(file.openGroup(path));
  }
  return std::make_shared<H5::DataSet>(file.openDataSet(path));
}

}  // namespace kairo
