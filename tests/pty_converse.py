"""Talks to a program at a terminal: `pty_converse.py SCRIPT PROGRAM ARGUMENT…`.

A script has a line for each step. `> text` types a line, `< text` waits until the text has been
shown (since the last wait), `^D` and `^C` press those keys, `.` waits for the end and prints the
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
    """The text without what moves the cursor or colours."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", text)


def main():
    script, program = sys.argv[1], sys.argv[2:]
    child, master = pty.fork()
    if child == 0:
        os.execv(program[0], program)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 1000, 0, 0))
    pending, ended = "", False
    try:
        for step in script.splitlines():
            if step.startswith("< "):
                while step[2:] not in plain(pending):
                    more = shown(master)
                    if not more:
                        print(plain(pending))
                        print(f"the program ended before it showed: {step[2:]}")
                        return 1
                    pending += more.decode(errors="replace")
                text = plain(pending)
                end = text.index(step[2:]) + len(step[2:])
                sys.stdout.write(text[:end])
                pending = text[end:]
            elif step.startswith(">"):
                os.write(master, (step[2:] + "\r").encode())
            elif step in KEYS:
                os.write(master, KEYS[step])
            elif step == ".":
                while more := shown(master):
                    pending += more.decode(errors="replace")
                sys.stdout.write(plain(pending))
                ended = True
        _, status = os.waitpid(child, 0)
        print(f"\nexit status {os.waitstatus_to_exitcode(status)}")
        return 0 if ended else 1
    except TimeoutError:
        print(plain(pending))
        print(f"60 seconds were not enough; waiting at: {step}")
        os.kill(child, 9)
        os.waitpid(child, 0)
        return 1


sys.exit(main())
