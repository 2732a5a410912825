// The probes of the studies: apart from studies/studies.h, since they need LibTorch and programs
// like sweep do without it.
#pragma once

namespace kairo {

// Opens the studies (open_studies) and adds their probes to make_probes. Programs and tests that
// measure call it first; a second call does nothing.
void open_study_probes();

}  // namespace kairo
