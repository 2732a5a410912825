#include "analysis/result_paths.h"

#include <filesystem>

#include "core/files/atomic_file.h"
#include "core/store/record.h"

namespace kairo {

std::string label_suffix(const std::string& label) {
  check_label(label);
  return label == kDefaultLabel ? "" : "-" + label;
}

std::string figures_path(const RunDirectory& run, const std::string& label) {
  return run.figures() + label_suffix(label);
}

std::string report_path(const RunDirectory& run, const std::string& extension,
                        const std::string& label) {
  return run.results() + "/report" + label_suffix(label) + "." + extension;
}

void set_aside(const std::string& folder, const std::string& file) {
  if (!std::filesystem::exists(folder + "/" + file)) return;
  create_folder(folder + "/earlier");
  move_file(folder + "/" + file, folder + "/earlier/" + file);
}

}  // namespace kairo
