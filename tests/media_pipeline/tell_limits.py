"""Prints the limits it runs under; started by test_run."""

import resource
import sys

KINDS = (resource.RLIMIT_CPU, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)
sys.stdout.write(" ".join(str(resource.getrlimit(kind)[0]) for kind in KINDS))
