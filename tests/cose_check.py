#!/usr/bin/env python3
"""Verifies an exported log with an independent COSE library.

    pip install pycose 'cbor2<6'
    python3 tests/cose_check.py FILE.log          exit 0: every entry verifies; 1: one does not
    python3 tests/cose_check.py --flip FILE.log   also: every flipped bit must be refused

A log is a CBOR sequence (RFC 8742) of COSE_Sign1 messages (RFC 9052). This knows nothing of
conversations: it checks form, header, chain and signature, with nobody's code but the library's.
"""

import hashlib
import io
import sys

import cbor2
from pycose.headers import KID, Algorithm, ContentType
from pycose.keys import OKPKey
from pycose.messages import CoseMessage, Sign1Message

CONTENT_TYPE = "application/vnd.mundi.entry+cbor"


class Bad(Exception):
    """Why a log is none."""


def items(data):
    """The items of a CBOR sequence, each in its own bytes."""
    stream = io.BytesIO(data)
    while stream.tell() < len(data):
        start = stream.tell()
        cbor2.CBORDecoder(stream, read_size=1).decode()
        yield data[start : stream.tell()]


def need(condition, text):
    """Raises the text where the condition does not hold."""
    if not condition:
        raise Bad(text)


def check_entry(raw, known):
    """One entry: its form, its header, its signature, and that it builds on what came before."""
    item = cbor2.loads(raw)
    need(cbor2.dumps(item, canonical=True) == raw, "not in deterministic form")
    # The library looks at the first four only.
    need(item.tag == 18 and len(item.value) == 4, "no COSE_Sign1")
    message = CoseMessage.decode(raw)
    need(isinstance(message, Sign1Message), "no COSE_Sign1")
    need(not message.uhdr, "its unprotected header is not empty")
    need(set(message.phdr) == {Algorithm, ContentType, KID}, "its protected header is another")
    need(message.phdr[ContentType] == CONTENT_TYPE, "its content type is another")
    kid = message.phdr[KID]
    need(len(kid) == 32, "its key has no 32 bytes")
    message.key = OKPKey(crv="ED25519", x=kid, optional_params={"ALG": "EDDSA"})
    need(message.verify_signature(), "its signature does not verify")
    payload = cbor2.loads(message.payload)
    need(cbor2.dumps(payload, canonical=True) == message.payload, "its payload is not canonical")
    before = payload[4] + ([payload[3]] if 3 in payload else [])
    need(all(parent in known for parent in before), "it builds on what is not before it")
    first = not known
    need((payload[1] == b"") == first, "only the first entry has no conversation")
    known.append(hashlib.sha256(raw).digest())
    need(first or payload[1] == known[0], "it is of another conversation")


def check(data):
    """A whole log; gives the number of entries."""
    known = []
    for raw in items(data):
        check_entry(raw, known)
    need(known, "it is empty")
    return len(known)


def refused(data):
    """Whether a log is refused, for whatever reason."""
    try:
        check(data)
    except Exception:  # the library raises many kinds
        return True
    return False


def main(arguments):
    """Gives the exit status."""
    flip = "--flip" in arguments
    files = [argument for argument in arguments if argument != "--flip"]
    if len(files) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    with open(files[0], "rb") as file:
        data = file.read()
    try:
        count = check(data)
    except Exception as error:
        print(f"refused: {error or type(error).__name__}")
        return 1
    print(f"{count} entries verify")
    if flip:
        for bit in range(len(data) * 8):
            spoilt = bytearray(data)
            spoilt[bit // 8] ^= 1 << (bit % 8)
            if not refused(bytes(spoilt)):
                print(f"flipped bit {bit} is not refused")
                return 1
        print(f"{len(data) * 8} flipped bits are refused")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
