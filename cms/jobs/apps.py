"""Application configuration."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import module_has_submodule


class JobsConfig(AppConfig):
    name = "cms.jobs"
    label = "jobs"

    def ready(self) -> None:
        from django.apps import apps

        from cms.jobs import tasks  # noqa: F401  # the transport learns which task carries jobs

        # Handlers and schedules register themselves; a worker that does not know a kind cannot run it.
        for config in apps.get_app_configs():
            if config.name.startswith("cms.") and module_has_submodule(config.module, "handlers"):
                import_module(f"{config.name}.handlers")
