#include "core/base/cpu_allowance.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

// Threads and jobs were the machine's processors, also if the process might use one of them: 64
// threads shared a container's two, and were slower than two.
TEST(CpuAllowance, IsTheAffinityMasksCpus) {
  const pid_t child = fork();
  if (child == 0) {
    cpu_set_t all, one;
    sched_getaffinity(0, sizeof all, &all);
    CPU_ZERO(&one);
    for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++i) {
      if (CPU_ISSET(i, &all)) CPU_SET(i, &one);
    }
    sched_setaffinity(0, sizeof one, &one);
    _exit(allowed_cpus());
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 1);
}

// A system of its own: /proc/self and control groups.
class CpuQuota : public testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) const {
    const std::filesystem::path file = folder_.path() + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  void be_version_2(const std::string& group, const std::string& top = "/") const {
    write("/proc/self/cgroup", "0::" + group + "\n");
    write("/proc/self/mountinfo",
          "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
          "30 22 0:26 " +
              top + " /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n");
  }
  void be_version_1(const std::string& group, const std::string& top = "/") const {
    write("/proc/self/cgroup", "7:memory:/other\n4:cpu,cpuacct:" + group + "\n0::/elsewhere\n");
    write("/proc/self/mountinfo",
          "31 22 0:27 " + top + " /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n");
  }
  std::optional<double> quota() const { return cpu_quota(folder_.path()); }

  TemporaryFolder folder_;
};

TEST_F(CpuQuota, OfVersion2IsQuotaByPeriod) {
  be_version_2("/job/step");
  write("/sys/fs/cgroup/job/step/cpu.max", "150000 100000\n");
  EXPECT_EQ(quota(), 1.5);
}

TEST_F(CpuQuota, OfAGroupAboveHoldsToo) {
  be_version_2("/job/step");
  write("/sys/fs/cgroup/job/cpu.max", "200000 100000\n");
  write("/sys/fs/cgroup/job/step/cpu.max", "max 100000\n");
  EXPECT_EQ(quota(), 2);
}

TEST_F(CpuQuota, OfAContainerIsThatOfItsMount) {
  be_version_2("/");
  write("/sys/fs/cgroup/cpu.max", "400000 100000\n");
  EXPECT_EQ(quota(), 4);
  be_version_2("/docker/ab12", "/docker/ab12");
  EXPECT_EQ(quota(), 4);
  be_version_2("/../../outside");
  EXPECT_EQ(quota(), 4);
}

TEST_F(CpuQuota, OfVersion1IsReadFromTheControllerCpu) {
  be_version_1("/docker/ab12", "/docker/ab12");
  write("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "300000\n");
  write("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), 3);
  write("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(quota(), std::nullopt);
}

TEST_F(CpuQuota, IsNoneIfNothingIsSaid) {
  EXPECT_EQ(quota(), std::nullopt);
  be_version_2("/job");
  EXPECT_EQ(quota(), std::nullopt);
  write("/sys/fs/cgroup/job/cpu.max", "nonsense");
  EXPECT_EQ(quota(), std::nullopt);
}

}  // namespace
}  // namespace kairo
