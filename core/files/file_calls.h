// The system calls that change files, each between its failpoints (core/files/failpoint.h). Every
// one returns false, with errno set, where it fails; one that a signal interrupts is made again.
#pragma once

#include <cstddef>
#include <string>

namespace kairo::file_calls {

// The number of the open file; below 0 where it fails. `flags` and umask as for open(2).
int open(const std::string& path, int flags);
// All bytes, in as many writes as it takes.
bool write(int file, const char* bytes, std::size_t size);
bool sync(int file);
bool rename(const std::string& from, const std::string& to);
bool unlink(const std::string& path);
// Makes a rename or a new file in `folder` survive a power cut.
bool sync_folder(const std::string& folder);

// "." where the path has none.
std::string folder_of(const std::string& path);

}  // namespace kairo::file_calls
