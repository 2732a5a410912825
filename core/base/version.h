// Which Kairoscope this is; checkpoints, records and run.json carry it.
#pragma once

#include <string>

namespace kairo {

// "0.1.0+3f2a91c0d4e5": the release and, where the build knew it, the first twelve digits of the
// git commit. The commit is that of the last CMake run, which every new commit starts anew.
std::string version();

// "3f2a91c0d4e5", or "" where the source was no git checkout.
std::string git_commit();

}  // namespace kairo
