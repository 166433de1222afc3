"""How gunicorn serves the board. `manage.py serve` starts it with this file; host and port come from there."""

import gc
import os
import resource

# Each browser that listens, and each request's way to the database, is an open file.
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
most = 8192 if hard == resource.RLIM_INFINITY else min(hard, 8192)
resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))

# A thread is cheap, comes into being when it is needed, and mostly waits: for Plannr, or for a browser that listens.
# Two processes keep two cores busy.
worker_class = "gthread"
workers = int(os.environ.get("WORKERS", "2"))
threads = int(os.environ.get("THREADS", "384"))
# An open board has two: its stream, and that of its last question. Pages come and go beside them.
worker_connections = min(max(1000, 4 * threads), most // 2)
keepalive = 75  # seconds: a page that asks every ten finds its connection open; it holds no thread meanwhile
preload_app = True  # read the code once and share its memory

# On stopping, seconds that a request under way may still take. A move that is cut off is settled by reading later.
graceful_timeout = 5


def post_worker_init(worker):
    """The streams of this process end when it is told to stop, instead of being waited for; and what a process before
    it left half done is settled."""
    from kanban.core import memory  # only now: settings are read after this file
    from kanban.live import watcher
    from kanban.writes import recovery

    memory.keep_little()
    gc.freeze()  # what was read before the fork is not looked through for garbage, and stays shared
    gc.set_threshold(50_000, 20, 50)  # nor are the cards that are kept, every few requests
    watcher.serve(worker)
    recovery.settle_soon()


# No access log: addresses say which case somebody looked at. What goes wrong is logged by Django and by gunicorn.
accesslog = None
loglevel = "warning"
control_socket_disable = True
