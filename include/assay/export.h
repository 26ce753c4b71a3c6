// SPDX-License-Identifier: Apache-2.0
// Marks what the shared library shows; everything else is compiled with hidden visibility.
#pragma once

#define ASSAY_EXPORT __attribute__((visibility("default")))
