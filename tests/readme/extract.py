#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes every ```cpp block of the documents into one source file, each a function of its own. usage: extract.py OUT DOCUMENT..."""
import pathlib
import re
import sys

out = ["// Made from the documents' C++ blocks by the build.", "#include <assay/assay.h>", "", "#include <iostream>", "#include <string>",
       "#include <vector>"]
count = 0
for document in sys.argv[2:]:
    for block in re.findall(r"^```cpp\n(.*?)^```", pathlib.Path(document).read_text(), re.M | re.S):
        count += 1
        includes = re.findall(r"^#include.*$", block, re.M)
        body = re.sub(r"^#include.*\n", "", block, flags=re.M)
        if "int main(" in body:
            body = re.sub(r"int main\(.*?\)", f"void block_{count}()", body)
            out += [*includes, f"void block_{count}();", body]
        else:
            out += [*includes, f"void block_{count}();", f"void block_{count}() {{", body, "}"]
if count == 0:
    sys.exit("no C++ block found")
pathlib.Path(sys.argv[1]).write_text("\n".join(out) + "\n")
