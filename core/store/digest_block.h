// The user block of a file with a digest: 512 bytes in front of the HDF5 superblock, which HDF5 and
// h5py skip by themselves.
//
//   "KAIRO1\n"  64 hex characters: SHA-256 of every byte after the block  "\n"  zeros up to 512
//
// A block of zeros alone is a file written without a digest.
#pragma once

#include <cstddef>
#include <string>

namespace kairo {

constexpr std::size_t kUserBlockSize = 512;  // the least that HDF5 allows

// Fills the first 512 bytes of `bytes`, a whole file, with the digest of the rest.
void seal(std::string& bytes);

// Whether `bytes`, the whole of `file`, has a digest. kCorrupt where it has one that does not fit,
// or where the file cannot be HDF5 at all.
bool check_seal(const std::string& file, const std::string& bytes);

}  // namespace kairo
