"""The product's settings as the tests run them: the same on every machine, whatever its .env says."""

import os

# The gate's processes: those with an even number keep their tables in SQLite, the others in PostgreSQL.
if "POSTGRES_URL" in os.environ and os.environ.get("PYTEST_XDIST_WORKER", "").endswith(("1", "3", "5", "7", "9")):
    os.environ["DATABASE_URL"] = os.environ["POSTGRES_URL"]

os.environ |= {"ENV_FILE": os.devnull, "SECRET_KEY": "only-for-tests-" * 4, "DEBUG": "off", "HTTPS": "off"}
for name in [name for name in os.environ if name.startswith("PLANNR_")]:
    del os.environ[name]

from kanban.settings import *  # noqa: E402, F403

DATABASES["default"].get("OPTIONS", {}).pop("pool", None)  # noqa: F405  # each test has one connection, and it is dropped with its database

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one takes its time on purpose
