"""A light server as a process: ``python -m tests.jobs.light_server HOME DATABASE FOLDER LEASE``.

Its workers load this file once more, which is why it loads nothing by itself.
"""

import sys

if __name__ == "__main__":
    from tests.jobs.light import main

    main(*sys.argv[1:])
