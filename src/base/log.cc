// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace assay::log {
namespace {

spdlog::level::level_enum configured_level() {
  const char* variable = std::getenv("ASSAY_LOG");
  const std::string_view name = variable == nullptr ? "warn" : variable;
  if (name == "error") return spdlog::level::err;
  if (name == "info") return spdlog::level::info;
  if (name == "debug") return spdlog::level::debug;
  return spdlog::level::warn;
}

spdlog::logger& logger() {
  static const auto instance = [] {
    // Not registered with spdlog, so that a host program's own loggers are left alone.
    auto made = std::make_shared<spdlog::logger>("assay",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("assay: %l: %v");
    made->set_level(configured_level());
    return made;
  }();
  return *instance;
}

}  // namespace

void write(Level level, std::string_view message) {
  switch (level) {
    case Level::kError:
      logger().error(message);
      break;
    case Level::kWarn:
      logger().warn(message);
      break;
    case Level::kInfo:
      logger().info(message);
      break;
    case Level::kDebug:
      logger().debug(message);
      break;
  }
}

}  // namespace assay::log
