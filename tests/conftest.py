"""Ctrl-C means something in every test, and in whatever tests start, also where the runner was born deaf to it."""

from __future__ import annotations

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # by nohup's kind of shell, as a background job
    signal.signal(signal.SIGINT, signal.default_int_handler)
