// probe_<name> --experiment NAME [flags] [key=value ...]: one program under the name of each probe.
// Called as `probe`, its first argument is the name.
#include <string>

#include "programs/probe_program.h"
#include "studies/probes/study_probes.h"

int main(int argc, char** argv) {
  kairo::open_study_probes();
  const std::string path = argv[0];
  const std::string called = path.substr(path.rfind('/') + 1);
  const std::string prefix = "probe_";
  if (called.rfind(prefix, 0) == 0) {
    return kairo::run_probe_program(argc, argv, called.substr(prefix.size()));
  }
  const bool is_named = argc > 1 && argv[1][0] != '-';
  const int skipped = is_named ? 1 : 0;
  return kairo::run_probe_program(argc - skipped, argv + skipped, is_named ? argv[1] : "");
}
