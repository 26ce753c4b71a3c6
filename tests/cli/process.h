// SPDX-License-Identifier: Apache-2.0
// Runs the program under test with given input and environment.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "support.h"

namespace assay::test {

struct Outcome {
  int status = -1;  // exit status, or 128 + signal
  std::string out;
  std::string err;
};

/// Runs ASSAY_BINARY. `environment` holds NAME=VALUE; `stdout_path` takes the place of the
/// collected stdout.
inline Outcome run(const std::vector<std::string>& arguments, const std::string& input = "",
                   const std::vector<std::string>& environment = {},
                   const std::string& stdout_path = "") {
  const ScratchFolder scratch;
  const auto in = scratch.write("in", input);
  const std::string out = stdout_path.empty() ? (scratch.path() / "out").string() : stdout_path;
  const std::string err = (scratch.path() / "err").string();
  std::vector<char*> argv = {const_cast<char*>(ASSAY_BINARY)};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    for (const auto& variable : environment) ::putenv(const_cast<char*>(variable.c_str()));
    const int files[] = {::open(in.c_str(), O_RDONLY),
                         ::open(out.c_str(), O_WRONLY | O_CREAT, 0600),
                         ::open(err.c_str(), O_WRONLY | O_CREAT, 0600)};
    for (int i = 0; i < 3; ++i) ::dup2(files[i], i);
    ::execv(ASSAY_BINARY, argv.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  const auto read = [](const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          stdout_path.empty() ? read(out) : "", read(err)};
}

inline std::vector<nlohmann::json> json_lines(const std::string& text) {
  std::vector<nlohmann::json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

}  // namespace assay::test
