"""Application configuration."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "cms.ledger"
    label = "ledger"
