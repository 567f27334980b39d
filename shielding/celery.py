"""The worker's and the beat's entry: celery --app shielding.celery worker, or beat."""

import os

from celery import Celery
from celery.signals import setup_logging, task_received, worker_init

from shielding.operations.worker_watchdog import Watchdog

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shielding.settings")
app = Celery("shielding")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["shielding"])

_watchdog = Watchdog()
worker_init.connect(_watchdog.watch)
task_received.connect(_watchdog.hear)


@setup_logging.connect
def _as_the_web_server_logs(**_: object) -> None:
    """Leave Django's careful logging as it is: Celery's own would print what a task failed on."""
