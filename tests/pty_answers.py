#!/usr/bin/env python3
"""Runs a command at a terminal of its own and answers two questions, one after the other.

Usage: pty_answers.py FIRST SECOND COMMAND…. Standard output: what the terminal showed; then one
line `status: N`.
"""

import fcntl
import os
import select
import sys
import termios
import time


def main():
    answers = [answer.encode() + b"\n" for answer in sys.argv[1:3]]
    terminal, slave = os.openpty()
    child = os.fork()
    if child == 0:
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for stream in range(3):
            os.dup2(slave, stream)
        os.execv(sys.argv[3], sys.argv[3:])
    shown, seen, status, end = b"", 0, None, time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.05)[0]:
            shown += os.read(terminal, 65536)
        # A question ends so, and the terminal does not echo while it waits.
        asked = shown[seen:].endswith(b": ")
        if answers and asked and not termios.tcgetattr(slave)[3] & termios.ECHO:
            seen = len(shown)
            os.write(terminal, answers.pop(0))
        if status is None:
            done, found = os.waitpid(child, os.WNOHANG)
            status = os.waitstatus_to_exitcode(found) if done else None
        elif not select.select([terminal], [], [], 0.2)[0]:
            break
    sys.stdout.write(shown.decode(errors="replace"))
    sys.stdout.write(f"\nstatus: {status}\n")


main()
