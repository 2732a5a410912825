// HDF5 through the library's own C++ API, behind one small surface. Debian's HDF5 is not
// thread-safe: every member holds the one process-wide mutex, so any thread may call any of these.
//
// An image is a whole file in memory (HDF5's core driver). With a digest it begins with a user
// block of 512 bytes that holds "KAIRO1\n", the SHA-256 of all that follows as 64 hex characters,
// and zeros; without one the block is all zeros. Equal content written in equal order gives equal
// bytes (no times). Strings are UTF-8, variable length; numbers little-endian. h5py opens every
// file with no help.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace kairo {

// Builds a file in memory, then writes it atomically in one piece.
// Paths are absolute inside the file ("/model/embed.W_E"); missing groups are made.
class Hdf5Writer {
 public:
  Hdf5Writer();
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  // Arrays of more than `bytes` that follow are chunked, shuffled and deflated (level 4) instead of
  // contiguous. Default: none are, so that weights can be read in place.
  void compress_arrays_over(std::size_t bytes);

  void group(const std::string& path);
  // Contiguous, in the element type given. kShape for a negative length; rank 0 is a scalar.
  void array(const std::string& path, const std::vector<int64_t>& shape, const float* values);
  void array(const std::string& path, const std::vector<int64_t>& shape, const double* values);
  void array(const std::string& path, const std::vector<int64_t>& shape, const int64_t* values);
  void array(const std::string& path, const std::vector<int64_t>& shape, const int8_t* values);
  void text(const std::string& path, const std::string& value);                 // scalar dataset
  void texts(const std::string& path, const std::vector<std::string>& values);  // [n]
  // kShape where `shape` has not as many elements as there are values.
  void texts(const std::string& path, const std::vector<int64_t>& shape,
             const std::vector<std::string>& values);
  // On a group or dataset that exists; "/" is the root.
  void attribute(const std::string& path, const std::string& name, const std::string& value);
  void attribute(const std::string& path, const std::string& name, int64_t value);
  void attribute(const std::string& path, const std::string& name, double value);
  // Makes `scale_path` (a dataset that exists) the dimension scale `name` and attaches it to axis
  // `axis`.
  void dimension_scale(const std::string& scale_path, const std::string& name);
  void attach_scale(const std::string& array_path, int axis, const std::string& scale_path);
  // Names axis `axis` of an array ("step", "layer"), with or without a scale.
  void dimension_label(const std::string& array_path, int axis, const std::string& label);
  // The root attributes `format` and `format_version`, by which Hdf5Reader::require_format knows a
  // file.
  void format(const std::string& name, int64_t version);

  // Closes and writes; with_digest puts the user block in front. No further call may follow.
  void write(const std::string& path, bool with_digest);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Whether files of a kind may lack a digest. What is written by us alone (records, datasets) is
// always sealed: a block of zeros there is damage, behind which a changed number would not show.
enum class DigestRule { kMayLack, kRequired };

// Reads a file whole. The digest, where there is one, is checked before HDF5 sees a byte; a file
// that may lack one and does is opened in a child process (core/store/hdf5_copy.h), so that a crash
// of HDF5 is kCorrupt. (A digest tells damage, not malice: whoever can write files can write
// digests.) Every size is checked against the file's size before anything is allocated. kNotFound,
// kCorrupt (with file and path).
class Hdf5Reader {
 public:
  explicit Hdf5Reader(const std::string& path, DigestRule rule = DigestRule::kMayLack);
  // Of a file that may be another program's, these datasets alone, whatever lies beside them.
  Hdf5Reader(const std::string& path, const std::vector<std::string>& datasets);
  ~Hdf5Reader();
  Hdf5Reader(const Hdf5Reader&) = delete;
  Hdf5Reader& operator=(const Hdf5Reader&) = delete;

  const std::string& file() const;
  bool has_digest() const;
  // kCorrupt where the file is of another format, or of a newer version than `newest`.
  void require_format(const std::string& name, int64_t newest) const;

  bool exists(const std::string& path) const;
  bool is_group(const std::string& path) const;
  std::vector<std::string> children(const std::string& group_path) const;  // names, in HDF5's order
  std::vector<int64_t> shape(const std::string& path) const;
  std::vector<std::string> dimension_labels(
      const std::string& path) const;  // [rank], "" where none

  // Whatever the width in the file, converted to the type asked for (integers stay integers:
  // kCorrupt where a float array is read as integers).
  std::vector<float> floats(const std::string& path) const;
  std::vector<double> doubles(const std::string& path) const;
  std::vector<int64_t> integers(const std::string& path) const;
  std::string text(const std::string& path) const;
  std::vector<std::string> texts(const std::string& path) const;

  bool has_attribute(const std::string& path, const std::string& name) const;
  std::string text_attribute(const std::string& path, const std::string& name) const;
  int64_t integer_attribute(const std::string& path, const std::string& name) const;
  double real_attribute(const std::string& path, const std::string& name) const;

 private:
  void open(const std::string& path, DigestRule rule, const std::vector<std::string>& datasets);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kairo
