"""Talks to a program at a terminal: `pty_converse.py SCRIPT PROGRAM ARGUMENT…`.

A script has a line for each step. `> text` types a line when the program asks, `< text` waits until
the text has been shown, `^D` and `^C` press those keys, `.` waits for the end and prints the
exit status. What is shown goes to standard output. All of it has 60 seconds.
"""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

LIMIT = time.monotonic() + 60
KEYS = {"^D": b"\x04", "^C": b"\x03"}


def shown(master):
    """More of what the program shows; nothing where it has ended."""
    left = LIMIT - time.monotonic()
    if left <= 0 or not select.select([master], [], [], left)[0]:
        raise TimeoutError
    try:
        return os.read(master, 65536)
    except OSError:
        return b""


def plain(text):
    """The text without what moves the cursor; colours stay."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-ln-z]|\r", "", text)


class Ended(Exception):
    """The program ended before it showed what was waited for."""


def main():
    script, program = sys.argv[1], sys.argv[2:]
    child, master = pty.fork()
    if child == 0:
        os.execv(program[0], program)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 1000, 0, 0))
    shown_so_far, read_to, ended, step = "", 0, False, ""

    def wait(reached):
        nonlocal shown_so_far
        while not reached(plain(shown_so_far)):
            more = shown(master)
            if not more:
                raise Ended
            shown_so_far += more.decode(errors="replace")

    try:
        for step in script.splitlines():
            if step.startswith("< "):
                wanted = step[2:]
                wait(lambda text: wanted in text[read_to:])
                read_to = plain(shown_so_far).index(wanted, read_to) + len(wanted)
            elif step.startswith(">") or step in KEYS:
                # What is typed before the program asks may be lost.
                wait(lambda text: text.endswith("> "))
                os.write(master, KEYS.get(step) or (step[2:] + "\r").encode())
            elif step == ".":
                while more := shown(master):
                    shown_so_far += more.decode(errors="replace")
                ended = True
        _, status = os.waitpid(child, 0)
        print(plain(shown_so_far))
        print(f"exit status {os.waitstatus_to_exitcode(status)}")
        return 0 if ended else 1
    except (Ended, TimeoutError) as why:
        os.kill(child, 9)
        os.waitpid(child, 0)
        print(plain(shown_so_far))
        print(f"{type(why).__name__} at: {step}")
        return 1


sys.exit(main())
