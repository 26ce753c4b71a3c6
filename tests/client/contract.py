#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The expectations of the contract's tables beside what qdrant-client's local mode answers.

usage: contract.py [FILE...] [--errors]      (needs qdrant-client 1.20; default: every contract_*.cc beside this script)

Reads the tables of contract.h and runs each case through the peer. Of refusals only that there is one is compared; --errors prints what the
peer says to each. Hits of equal scores may stand in any order: ours is that of Distance. KNOWN are the cases where the peer is not the model.
"""
import argparse
import json
import pathlib
import re
import sys

from peer import Peer, near

KNOWN = {
    "IdBelowZero": "local mode does not look at the range of integers, a server does",
    "IdBeyond64Bits": "the same",
    "UpsertOfColumns": "a server takes null for no payload",
    "PolygonOfThreePoints": "refused by a server",
    "PolygonNotClosed": "refused by a server",
    "PolygonHoleNotClosed": "refused by a server",
    "DateBoundBesideANumber": "one string makes all bounds date-times, as in a server",
    "FieldWithoutATest": "refused by a server",
    "IndexOfAMalformedPath": "refused by a server",
    "IndexWithScoringOfAnotherType": "local mode keeps nothing of other indexes",
    "ConditionThatIsNone": "looked at before there are points",
    "GroupsHaveNoOffset": "no member of the REST request",
    "UpdateOfAnUnknownVector": "local mode updates no dense vectors",
    "InfoHasTheConstantsOfLocalMode": "without those that no server tells",
    "LimitCutsTheEnd": "equal scores at the limit",
    "OffsetAndLimitCountMatches": "equal scores at the offset",
}
TOKEN = re.compile(r'R"\((.*?)\)"|("(?:[^"\\]|\\.)*")|//[^\n]*|(\w+)|([{}(),])', re.S)
KINDS = ("answers", "finds", "ranks", "leaves", "describes", "refuses", "fails")
EVERYTHING = {"op": "scroll", "limit": 1000}


def requests_of(text):
    """As lines_of() in contract.cc, with what a `!` says."""
    lines = []
    for line in text.split("\n"):
        if lines and not line.startswith(('{"op"', "!")):
            lines[-1] += line
        elif line:
            lines.append(line)
    return [(json.loads(line.lstrip("!")), line.startswith("!")) for line in lines]


def tables_of(source):
    """Prepared stores by name, and the cases as (kind, strings)."""
    prepared, cases, strings, kind, table, joined = {}, [], [], None, None, False
    for raw, quoted, word, sign in TOKEN.findall(source):
        if word in ("kPrepared", "kCases"):
            table = word
        elif word in KINDS:
            kind, strings = word, []
        elif sign == "{" and table == "kPrepared":
            strings = []
        elif sign == "}" and table == "kPrepared" and len(strings) == 2:
            prepared[strings[0]] = strings[1]
            strings = []
        elif sign == ")" and table == "kCases" and kind:
            cases.append((kind, strings))
            kind = None
        elif raw or quoted:
            literal = json.loads(quoted) if quoted else raw
            strings = [*strings[:-1], strings[-1] + literal] if joined else [*strings, literal]
        joined = bool(raw or quoted)
    return prepared, cases


def seen(kind, answer):
    """What a case of this kind compares of the answer to its last request."""
    if kind == "finds":
        return [point["id"] for point in answer["points"]]
    if kind == "ranks":
        return [[hit["id"], hit["score"], *([hit["order_value"]] if "order_value" in hit else [])] for hit in answer["points"]]
    if kind == "leaves":
        return {str(point["id"]): point["payload"] for point in answer["points"]}
    if kind == "describes":
        config = answer["config"]
        params = {key: value for key, value in config["params"].items() if value or key != "sparse_vectors"}
        return {"points_count": answer["points_count"], "params": params, **({"metadata": config["metadata"]} if "metadata" in config else {})}
    return answer


def agree(kind, expected, answer):
    if near(expected, answer):
        return True
    ties = lambda hits: sorted(hits, key=lambda hit: (round(hit[1], 4), str(hit[0])))
    return kind == "ranks" and near(ties(expected), ties(answer))


def difference(kind, strings, prepared, errors):
    """What is to be said of a case; nothing where the peer agrees."""
    name, setup, text, expected = strings
    if kind == "finds":
        requests = [({**EVERYTHING, "filter": {"must": [json.loads(text)]}}, False)]
    else:
        requests = requests_of(text)
    if kind == "leaves":
        requests.append((EVERYTHING, False))
    if kind == "describes":
        requests.append(({"op": "info"}, False))
    if kind == "ranks":
        requests[-1] = ({"op": "query", **requests[-1][0]}, False)
    peer, refusal, answer = Peer(), None, None
    for request, refused in [*(requests_of(prepared[setup]) if setup else []), *requests]:
        if refusal:
            return f"the peer refuses an earlier request: {refusal}"
        try:
            answer = peer.run({"collection": "c", **request})
            if refused:
                return f"the peer does not refuse {json.dumps(request)}"
        except Exception as error:  # the peer fails in many ways
            refusal = None if refused else f"{type(error).__name__}: {error}"
    if kind in ("refuses", "fails"):
        if errors:
            print(f"{name}: {expected!r}, the peer: {str(refusal)[:200]!r}")
        return None if refusal else f"the peer answers {json.dumps(answer)[:200]}"
    if refusal:
        return f"the peer refuses: {refusal}"
    if agree(kind, json.loads(expected), seen(kind, answer)):
        return None
    return f"expected {expected}, the peer {json.dumps(seen(kind, answer), ensure_ascii=False)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", default=sorted(pathlib.Path(__file__).parent.glob("contract_*.cc")))
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    count, wrong = 0, 0
    for path in options.files:
        prepared, cases = tables_of(pathlib.Path(path).read_text(encoding="utf-8"))
        for kind, strings in cases:
            count += 1
            found = difference(kind, strings, prepared, options.errors)
            if (found is None) == (strings[0] in KNOWN):
                wrong += 1
                print(f"{pathlib.Path(path).name}: {strings[0]}: {found or 'the peer agrees by now'}", file=sys.stderr)
    print(f"{count} cases, {count - wrong} as expected, {len(KNOWN)} of them known to differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
