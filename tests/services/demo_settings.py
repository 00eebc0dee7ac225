"""Production settings whose people are the demonstration's: what the smoke walk needs to sign in, and nothing else."""

from cms.settings.production import *  # noqa: F403

DEMO = True
