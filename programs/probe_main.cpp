// probe_<name> --experiment NAME [flags] [key=value ...]. KAIRO_PROBE is the probe's name.
#include "programs/probe_program.h"

int main(int argc, char** argv) { return kairo::run_probe_program(argc, argv, KAIRO_PROBE); }
