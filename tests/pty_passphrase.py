#!/usr/bin/env python3
"""Runs a command at a terminal of its own, answers one question, and says what became of it.

Usage: pty_passphrase.py ANSWER COMMAND…; ANSWER is what is typed, as a Python string's inside.
Standard output: what the terminal showed; then one line `echo while asked: BOOL, after: BOOL,
status: N`.
"""

import fcntl
import os
import select
import sys
import termios
import time


def echoes(fd):
    return bool(termios.tcgetattr(fd)[3] & termios.ECHO)


def main():
    answer = sys.argv[1].encode().decode("unicode_escape").encode("latin-1")
    terminal, slave = os.openpty()
    child = os.fork()
    if child == 0:
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for stream in range(3):
            os.dup2(slave, stream)
        os.execv(sys.argv[2], sys.argv[2:])
    shown, asked, end = b"", None, time.monotonic() + 60
    before = echoes(slave)
    status = None
    # This process keeps its end of the terminal, so that the modes can be read to the last.
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.05)[0]:
            shown += os.read(terminal, 4096)
        if asked is None and shown.endswith(b": "):
            asked = echoes(slave)
            if answer == b"TERM":
                os.kill(child, 15)
            else:
                os.write(terminal, answer)
        if status is None:
            done, status = os.waitpid(child, os.WNOHANG)
            status = status if done else None
        elif not select.select([terminal], [], [], 0.2)[0]:
            break
    after = echoes(slave)
    code = None if status is None else os.waitstatus_to_exitcode(status)
    sys.stdout.write(shown.decode(errors="replace"))
    assert before, "a new terminal echoes"
    sys.stdout.write(f"\necho while asked: {asked}, after: {after}, status: {code}\n")


main()
