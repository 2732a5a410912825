#include "core/base/cpu_allowance.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

namespace kairo {
namespace {

// A hierarchy of control groups: where it is mounted, and which group the mount shows as its top.
struct GroupMount {
  std::string top;
  std::string folder;
};

bool has_item(const std::string& list, const std::string& item) {
  return ("," + list + ",").find("," + item + ",") != std::string::npos;
}

// Lines "36 35 98:0 /top /folder options ... - type source options" of /proc/self/mountinfo.
// `controller` "": version 2.
std::optional<GroupMount> find_mount(const std::string& root, const std::string& controller) {
  std::ifstream file(root + "/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    std::istringstream before(line.substr(0, dash)), after(line.substr(dash + 3));
    std::string skipped, type, source, options;
    GroupMount mount;
    before >> skipped >> skipped >> skipped >> mount.top >> mount.folder;
    after >> type >> source >> options;
    const bool fits =
        controller.empty() ? type == "cgroup2" : type == "cgroup" && has_item(options, controller);
    if (fits) return mount;
  }
  return std::nullopt;
}

// Lines "4:cpu,cpuacct:/path" and "0::/path" (version 2) of /proc/self/cgroup.
std::optional<std::string> find_group(const std::string& root, const std::string& controller) {
  std::ifstream file(root + "/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool fits = controller.empty() ? controllers.empty() : has_item(controllers, controller);
    if (fits) return line.substr(second + 1);
  }
  return std::nullopt;
}

// The group's folder below the mount and those above it. A container's /proc may name a group that
// its mount does not show: the mount itself is then the container's.
std::vector<std::string> group_folders(const std::string& root, const GroupMount& mount,
                                       std::string group) {
  if (mount.top != "/" && group.compare(0, mount.top.size(), mount.top) == 0) {
    group = group.substr(mount.top.size());
  }
  std::vector<std::string> folders;
  for (; group.size() > 1; group = group.substr(0, group.rfind('/'))) {
    folders.push_back(root + mount.folder + group);
  }
  folders.push_back(root + mount.folder);
  return folders;
}

std::optional<double> ratio(double quota, double period) {
  return quota > 0 && period > 0 ? std::optional(quota / period) : std::nullopt;
}

// "max 100000" or "150000 100000"
std::optional<double> quota_of_version_2(const std::string& folder) {
  std::ifstream file(folder + "/cpu.max");
  double quota = 0, period = 0;
  return file >> quota >> period ? ratio(quota, period) : std::nullopt;
}

// A quota of -1 is none.
std::optional<double> quota_of_version_1(const std::string& folder) {
  std::ifstream quota_file(folder + "/cpu.cfs_quota_us");
  std::ifstream period_file(folder + "/cpu.cfs_period_us");
  double quota = 0, period = 0;
  return quota_file >> quota && period_file >> period ? ratio(quota, period) : std::nullopt;
}

template <typename Read>
std::optional<double> smallest_quota(const std::string& root, const std::string& controller,
                                     Read read) {
  const std::optional<GroupMount> mount = find_mount(root, controller);
  const std::optional<std::string> group = find_group(root, controller);
  if (!mount || !group) return std::nullopt;
  std::optional<double> smallest;
  for (const std::string& folder : group_folders(root, *mount, *group)) {
    const std::optional<double> quota = read(folder);
    if (quota) smallest = std::min(*quota, smallest.value_or(*quota));
  }
  return smallest;
}

// 0 if the system does not say. A mask of fewer bits than the machine has CPUs is refused.
int cpus_of_mask() {
  constexpr int kMostCpus = 1 << 16;
  for (int n = CPU_SETSIZE; n <= kMostCpus; n *= 2) {
    cpu_set_t* set = CPU_ALLOC(static_cast<std::size_t>(n));
    if (set == nullptr) return 0;
    const std::size_t size = CPU_ALLOC_SIZE(static_cast<std::size_t>(n));
    const int count = sched_getaffinity(0, size, set) == 0 ? CPU_COUNT_S(size, set) : 0;
    CPU_FREE(set);
    if (count > 0) return count;
  }
  return 0;
}

}  // namespace

std::optional<double> cpu_quota(const std::string& root) {
  const auto of_version_2 = smallest_quota(root, "", quota_of_version_2);
  const auto of_version_1 = smallest_quota(root, "cpu", quota_of_version_1);
  if (!of_version_1 || !of_version_2) return of_version_1 ? of_version_1 : of_version_2;
  return std::min(*of_version_1, *of_version_2);
}

int allowed_cpus() {
  int allowed = cpus_of_mask();
  if (allowed == 0) allowed = static_cast<int>(std::thread::hardware_concurrency());
  const std::optional<double> quota = cpu_quota();
  if (quota && *quota < allowed) allowed = static_cast<int>(std::ceil(*quota));
  return std::max(1, allowed);
}

}  // namespace kairo
