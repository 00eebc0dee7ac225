"""Composed pages: home, search, workbench, own page, help, health."""
