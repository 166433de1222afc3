"""The product's settings as the tests run them: the same on every machine, whatever its .env says."""

import os

os.environ |= {"ENV_FILE": os.devnull, "SECRET_KEY": "only-for-tests-" * 4, "DEBUG": "off", "HTTPS": "off"}
for name in [name for name in os.environ if name.startswith("PLANNR_")]:
    del os.environ[name]

from kanban.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one takes its time on purpose
