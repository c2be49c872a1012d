#!/usr/bin/env python3
"""Verifies an outcome certificate with an independent COSE library.

    pip install pycose 'cbor2<6'
    python3 tests/certificate_check.py FILE.cert          exit 0: it verifies; 1: it does not
    python3 tests/certificate_check.py --flip FILE.cert   also: every flipped bit must be refused
    python3 tests/certificate_check.py --vectors FOLDER   every vector that it can judge is judged so

A certificate is a CBOR sequence (RFC 8742): a COSE_Sign (RFC 9052, section 4.1), then a map with the
`open` entry. This checks form, hashes, sealers, q and every signature, with nobody's code but the
library's. It does not check rules, what the seals of earlier rounds lead to, revocations, or logs.
"""

import hashlib
import io
import pathlib
import re
import sys

import cbor2
from pycose.algorithms import EdDSA
from pycose.headers import KID, Algorithm, ContentType
from pycose.keys import OKPKey
from pycose.messages import CoseMessage, Sign1Message, SignMessage

OUTCOME = "application/vnd.mundi.outcome+cbor"
ENTRY = "application/vnd.mundi.entry+cbor"

# What a vector is judged for here. The others need the rules, the rounds, revocations or the log.
JUDGED = {
    "ok", "bad-encoding", "other-conversation", "other-sealers", "not-a-sealer", "bad-signature", "too-few",
}
NOT_JUDGED = {"revocation-flipped.txt"}


class Bad(Exception):
    """Why a certificate is none."""


def need(condition, text):
    """Raises the text where the condition does not hold."""
    if not condition:
        raise Bad(text)


def items(data):
    """The items of a CBOR sequence, each in its own bytes, which are in deterministic form."""
    stream = io.BytesIO(data)
    while stream.tell() < len(data):
        start = stream.tell()
        item = cbor2.CBORDecoder(stream, read_size=1).decode()
        raw = data[start : stream.tell()]
        need(cbor2.dumps(item, canonical=True) == raw, "not in deterministic form")
        yield item, raw


def key_of(kid):
    """An Ed25519 key."""
    need(isinstance(kid, bytes) and len(kid) == 32, "a key has no 32 bytes")
    return OKPKey(crv="ED25519", x=kid, optional_params={"ALG": "EDDSA"})


def check_sign(raw):
    """A COSE_Sign: its form, its headers, every signature. Gives the payload and the keys."""
    item = cbor2.loads(raw)
    need(isinstance(item, cbor2.CBORTag) and item.tag == 98, "no COSE_Sign")
    need(len(item.value) == 4 and all(len(one) == 3 for one in item.value[3]), "no COSE_Sign")
    need(cbor2.loads(item.value[0]) == {3: OUTCOME}, "its protected header is another")
    need(cbor2.dumps({3: OUTCOME}) == item.value[0] and item.value[1] == {}, "its headers are others")
    for protected, unprotected, _ in item.value[3]:
        header = cbor2.loads(protected)
        need(cbor2.dumps(header, canonical=True) == protected, "a signature's header is not canonical")
        need(set(header) == {1, 4} and unprotected == {}, "a signature's headers are others")
    keys = []
    if item.value[3]:
        message = CoseMessage.decode(raw)
        need(isinstance(message, SignMessage), "no COSE_Sign")
        for signer in message.signers:
            need(signer.phdr[Algorithm] is EdDSA, "its algorithm is another")
            signer.key = key_of(signer.phdr[KID])
            need(signer.verify_signature(), "a signature does not verify")
            keys.append(signer.phdr[KID])
    need(keys == sorted(set(keys)), "signatures are not sorted by key, each once")
    payload = cbor2.loads(item.value[2])
    need(cbor2.dumps(payload, canonical=True) == item.value[2], "its payload is not canonical")
    need(isinstance(payload, dict) and list(payload) == list(range(1, 13)), "its payload has other fields")
    need(payload[1] == 1, "its format is another")
    return payload, keys


def check_open(raw, payload):
    """The `open` entry: that it is the one that is named, and says what was signed."""
    need(hashlib.sha256(raw).digest() == payload[2], "the open entry is of another conversation")
    message = CoseMessage.decode(raw)
    need(isinstance(message, Sign1Message), "the open entry is no COSE_Sign1")
    need(message.phdr[ContentType] == ENTRY, "the open entry is none")
    message.key = key_of(message.phdr[KID])
    need(message.verify_signature(), "the open entry's signature does not verify")
    content = cbor2.loads(message.payload)
    need(content[1] == b"" and content[6] == "open", "it opens nothing")
    body = content[7]
    need(hashlib.sha256(body["rules"].encode()).digest() == payload[3], "the rules are others")
    terms = cbor2.dumps(body["terms"], canonical=True)
    need(hashlib.sha256(terms).digest() == payload[4], "the terms are others")
    need(body["edition"] == payload[12], "the edition is another")
    need(body["sealers"] == payload[6] == sorted(payload[6]), "the sealers are others")
    need(payload[7] == quorum(body["rules"], len(payload[6])), "q is another")


def quorum(rules, n):
    """How many seals the rules ask for."""
    found = re.search(r"^seal\s+(\d+|all|majority)?\s*of\b", rules, re.MULTILINE)
    written = found and found.group(1)
    if written == "all":
        return n
    if written == "majority":
        return n // 2 + 1
    return int(written) if written else 2 * n // 3 + 1


def check(data):
    """A whole certificate; gives its payload and how many signed."""
    found = list(items(data))
    need(len(found) == 2, "not two items")
    payload, keys = check_sign(found[0][1])
    rest = found[1][0]
    need(isinstance(rest, dict) and 1 in rest and set(rest) <= {1, 2, 3}, "its map has other keys")
    need(all(rest.values()) and all(rest.get(2, [1])), "an array is empty")
    need((2 in rest) == (payload[5] > 0), "the seals of earlier rounds are not where they belong")
    check_open(rest[1], payload)
    sealers = {key for _, key in payload[6]}
    need(set(keys) <= sealers, "a signature is by no sealer")
    need(len(keys) >= payload[7] > len(sealers) // 2, "too few signed")
    need(len(rest.get(2, [])) == payload[5], "the seals of earlier rounds are not there")
    for number, signs in enumerate(rest.get(2, [])):
        for sign in signs:
            before, by = check_sign(cbor2.dumps(sign, canonical=True))
            need(before[5] == number and set(by) <= sealers, "a seal is of another round")
            same = all(before[key] == payload[key] for key in (1, 2, 3, 4, 6, 7, 12))
            need(same, "a seal is of another conversation")
    return payload, len(keys)


def refused(data):
    """Whether a certificate is refused, for whatever reason."""
    try:
        check(data)
    except Exception:  # the library raises many kinds
        return True
    return False


def flip(data):
    """Whether every flipped bit is refused."""
    for bit in range(len(data) * 8):
        spoilt = bytearray(data)
        spoilt[bit // 8] ^= 1 << (bit % 8)
        if not refused(bytes(spoilt)):
            print(f"flipped bit {bit} is not refused")
            return False
    print(f"{len(data) * 8} flipped bits are refused")
    return True


def vectors(folder):
    """Whether every vector of a folder that can be judged here is judged as it says."""
    count, good = 0, True
    for file in sorted(pathlib.Path(folder).glob("*.txt")):
        lines = dict(line.split(": ", 1) for line in file.read_text().splitlines() if ": " in line)
        if lines["expect"] not in JUDGED or file.name in NOT_JUDGED:
            continue
        count += 1
        if refused(bytes.fromhex(lines["certificate"])) != (lines["expect"] != "ok"):
            print(f"{file.name}: {lines['expect']} is expected")
            good = False
    print(f"{count} vectors are judged")
    return good and count > 20


def main(arguments):
    """Gives the exit status."""
    options = [argument for argument in arguments if argument.startswith("--")]
    files = [argument for argument in arguments if not argument.startswith("--")]
    if len(files) != 1 or options not in ([], ["--flip"], ["--vectors"]):
        print(__doc__, file=sys.stderr)
        return 2
    if options == ["--vectors"]:
        return 0 if vectors(files[0]) else 1
    data = pathlib.Path(files[0]).read_bytes()
    try:
        payload, count = check(data)
    except Exception as error:
        print(f"refused: {error or type(error).__name__}")
        return 1
    print(f"{count} of {len(payload[6])} sealers signed, {payload[7]} are needed")
    return 0 if options == [] or flip(data) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
