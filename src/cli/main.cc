// SPDX-License-Identifier: Apache-2.0
// The `assay` program: subcommands, exit codes, one line for every failure.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <string>

#include "assay/cpu.h"
#include "assay/version.h"
#include "cli/command.h"

namespace {

// One line whatever the message holds.
int fail(assay::ErrorCode code, std::string message) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  fmt::print(stderr, "assay: error: {}\n", message);
  return assay::exit_code(code);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that left shows as a write error
  CLI::App app("Embed, retrieve and rerank text natively.", "assay");
  app.set_version_flag("--version", std::string(assay::version()));
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);
  assay::cli::add_demo(app);
  assay::cli::add_models(app);
  assay::cli::add_download(app);
  assay::cli::add_tokenize(app);
  assay::cli::add_embed(app);
  assay::cli::add_rerank(app);
  try {
    assay::cpu::active();  // a wrong ASSAY_CPU is refused before any work
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", app.help());
    return 0;
  } catch (const CLI::CallForVersion&) {
    fmt::print("{}\n", assay::version());
    return 0;
  } catch (const CLI::ParseError& error) {
    return fail(assay::ErrorCode::kInvalidArgument,
                std::string(error.what()) + ". See assay --help");
  } catch (const assay::Error& error) {
    return fail(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return fail(assay::ErrorCode::kInternal, "out of memory");
  } catch (const std::exception& error) {
    return fail(assay::ErrorCode::kInternal, error.what());
  }
}
