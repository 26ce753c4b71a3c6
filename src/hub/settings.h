// SPDX-License-Identifier: Apache-2.0
// Where the hub is, where its cache is and how patient we are: the environment, read once a call.
//
// Variables as the hub's own client reads them (huggingface_hub, constants.py), ASSAY_CACHE_DIR
// before them. Plain data; tests make their own.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

#include "assay/types.h"

namespace assay::hub {

struct Settings {
  std::string endpoint = "https://huggingface.co";  ///< without a slash at the end
  std::string token;                                ///< empty = none
  bool offline = false;
  std::string offline_reason;  ///< the switch that said so, for messages
  std::filesystem::path cache_dir;
  bool cache_dir_given = false;  ///< by the caller, so commands in messages repeat it
  bool show_progress = false;

  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::seconds metadata_timeout{10};  ///< without a byte, for the hub's API
  std::chrono::seconds download_timeout{10};  ///< without a byte, for files
  int attempts = 5;                           ///< in a row without a new byte
  std::chrono::milliseconds back_off{1000};   ///< first pause; doubles, with jitter
  std::chrono::milliseconds back_off_limit{30'000};
  std::chrono::seconds retry_after_limit{60};  ///< a hub that asks for more is given up
  /// How a pause is made; tests record it instead.
  std::function<void(std::chrono::milliseconds)> sleep;
};

/// Options first, then the environment. Errors: kInvalidArgument for an HF_ENDPOINT that is no URL,
/// kNotFound when no directory can be told.
Settings settings_from(const ModelOptions& options);

/// The cache directory alone; see cache_directory() in assay/hub.h.
std::filesystem::path cache_dir_from(const ModelOptions& options);

}  // namespace assay::hub
