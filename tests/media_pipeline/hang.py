"""Hangs, deaf to every polite request to end; started by test_probe."""

import signal
import time

signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(600)
