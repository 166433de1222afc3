"""How gunicorn serves the board. `manage.py serve` starts it with this file; host and port come from there."""

import os

# A thread is cheap and mostly waits: for Plannr, or for a browser. Two processes keep two cores busy.
worker_class = "gthread"
workers = int(os.environ.get("WORKERS", "2"))
threads = int(os.environ.get("THREADS", "128"))
preload_app = True  # read the code once and share its memory

# On stopping, seconds that a request under way may still take. A move that is cut off is settled by reading later.
graceful_timeout = 5

# No access log: addresses say which case somebody looked at. What goes wrong is logged by Django and by gunicorn.
accesslog = None
loglevel = "warning"
control_socket_disable = True
