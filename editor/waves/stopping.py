"""The sign that this process's cluster is asked to stop; set before the fork's parent waits for its children."""

import multiprocessing

STOPPING = multiprocessing.Event()
