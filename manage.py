#!/usr/bin/env python
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kanban.settings")
    if sys.argv[1:2] == ["demo"]:  # it brings its own settings: those of the firm must not reach it, nor stop it
        os.environ |= {"ENV_FILE": os.devnull, "DEBUG": "on"}
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
