// probe_<name> --experiment NAME [flags] [key=value ...]. KAIRO_PROBE is the probe's name.
#include "programs/probe_program.h"

int main(int argc, char** argv) {
  return kairo::run_program(
      argc, argv, [](kairo::CommandLine& line) { return kairo::probe_program(line, KAIRO_PROBE); });
}
