// SPDX-License-Identifier: Apache-2.0
// Resolves a model in a process of its own and prints the folder, or "code: message" (exit 1).
//
//   hub_child MODEL CACHE ENDPOINT [--file-limit BYTES] [--tmpfs BYTES] [--user ID]
//
// --file-limit caps the size of written files (EFBIG), --tmpfs puts CACHE on a file system of that
// size, seen by this process only (ENOSPC; exit 77 where the system does not allow it), --user
// gives up root. On an error the cache's .incomplete files follow, a line each with their size.
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "assay/error.h"
#include "hub/resolve.h"
#include "hub/settings.h"

namespace {

constexpr int kNotPossibleHere = 77;

bool mount_small(const std::string& folder, const std::string& bytes) {
  const auto uid = ::getuid();
  const auto gid = ::getgid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << fmt::format("0 {} 1", uid);
  std::ofstream("/proc/self/gid_map") << fmt::format("0 {} 1", gid);
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tmpfs", folder.c_str(), "tmpfs", 0, ("size=" + bytes).c_str()) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  assay::hub::Settings settings = assay::hub::settings_from({.cache_dir = argv[2]});
  settings.endpoint = argv[3];
  settings.back_off = std::chrono::milliseconds(1);
  for (int i = 4; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    const std::string value = argv[i + 1];
    if (option == "--file-limit") {
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{std::stoul(value), std::stoul(value)};
      if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return kNotPossibleHere;
    } else if (option == "--tmpfs") {
      if (!mount_small(argv[2], value)) return kNotPossibleHere;
    } else if (option == "--user") {
      if (::setuid(static_cast<uid_t>(std::stoul(value))) != 0) return kNotPossibleHere;
    }
  }
  try {
    std::cout << assay::hub::resolve(argv[1], settings).string() << '\n';
    return 0;
  } catch (const assay::Error& error) {
    std::cout << to_string(error.code()) << ": " << error.what() << '\n';
  }
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[2], ignored)) {
    if (entry.path().extension() == ".incomplete") {
      std::cout << entry.path().filename().string() << ' ' << entry.file_size() << '\n';
    }
  }
  return 1;
}
