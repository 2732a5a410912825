// Which BLAS stands behind LibTorch's plain operations (ours go through oneDNN): what the system
// has installed, for Debian's LibTorch. Found by the file's name alone; nothing is run or timed.
#pragma once

#include <string>

namespace kairo {

// Folder and file that the process's matrix product comes from, links followed, as
// "openblas-openmp/libopenblasp-r0.3.21.so"; "" where there is none.
std::string blas_library();

// True for the reference implementation, about 20 times slower than any other: "libblas" (netlib's
// name) in a folder of no other implementation. Debian keeps each one's libblas.so.3 in a folder of
// its name.
bool is_reference_blas(const std::string& library);

}  // namespace kairo
