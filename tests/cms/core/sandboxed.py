"""What the tests of the sandbox run inside it: does with its standard input what the first line asks for."""

import json
import os
import sys
import time

act, _, rest = sys.stdin.buffer.read().partition(b"\n")
if act == b"memory":
    held = bytearray(2 << 30)
elif act == b"processor":
    while True:
        pass
elif act == b"clock":
    time.sleep(60)
elif act == b"disk":
    while True:
        sys.stdout.buffer.write(bytes(1 << 20))
elif act == b"environment":
    sys.stdout.write(json.dumps(sorted(os.environ)))
else:
    sys.stdout.buffer.write(rest[::-1])
