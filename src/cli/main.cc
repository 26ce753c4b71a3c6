// SPDX-License-Identifier: Apache-2.0
// The `assay` program: subcommands, exit codes, one line for every failure.
#include <csignal>
#include <exception>
#include <new>
#include <string>
#include <utility>

#include "assay/cpu.h"
#include "assay/version.h"
#include "cli/command.h"

namespace {

int fail(assay::ErrorCode code, const std::string& message) {
  assay::cli::say("assay: error: " + message);
  return assay::exit_code(code);
}

int print(std::string text) {
  assay::cli::Output out;
  out.buffer() = std::move(text);
  out.flush();
  return 0;
}

int run(CLI::App& app, int argc, char** argv) {
  try {
    assay::cpu::active();  // a wrong ASSAY_CPU is refused before any work
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::CallForHelp&) {
    return print(app.help());
  } catch (const CLI::CallForVersion&) {
    return print(std::string(assay::version()) + "\n");
  } catch (const CLI::ParseError& error) {
    return fail(assay::ErrorCode::kInvalidArgument,
                std::string(error.what()) + ". See assay --help");
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that left shows as a write error
  std::signal(SIGXFSZ, SIG_IGN);  // and so does a limit of file sizes
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
  assay::cli::add_index(app);
  assay::cli::add_search(app);
  assay::cli::add_collections(app);
  assay::cli::add_export(app);
  assay::cli::add_import(app);
  try {
    return run(app, argc, argv);
  } catch (const assay::Error& error) {
    return fail(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return fail(assay::ErrorCode::kInternal, "out of memory");
  } catch (const std::exception& error) {
    return fail(assay::ErrorCode::kInternal, error.what());
  } catch (...) {
    return fail(assay::ErrorCode::kInternal, "an exception of unknown type");
  }
}
