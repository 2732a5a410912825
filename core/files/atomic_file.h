// Every file of a run is written beside its target, flushed, fsynced, renamed, and the folder
// fsynced: a reader sees the old file or the new one, never a part.
//
// The temporary file (core/files/temporary_file.h) of a writer that was killed is removed when
// another process first writes into its folder. Errors are kIo naming file and cause. The user's
// umask says who may read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kairo {

struct BytePiece {
  const void* bytes;
  std::size_t size;
};

// The pieces one after another: what lies scattered in memory need not be gathered first.
void write_file_atomically(const std::string& path, const std::vector<BytePiece>& pieces);
void write_file_atomically(const std::string& path, const void* bytes, std::size_t size);
void write_file_atomically(const std::string& path, const std::string& text);

// Renames within a file system; both folders are fsynced. kIo.
void move_file(const std::string& from, const std::string& to);

// Throws kNotFound or kIo; kCorrupt for a Git LFS pointer (core/files/lfs_pointer.h).
std::string read_file(const std::string& path);

// Creates the folder and its parents (umask); kIo naming it and the cause.
void create_folder(const std::string& path);

}  // namespace kairo
