"""Wall time of one command, to a fraction of a millisecond."""
import subprocess
import threading
import time


def seconds(command, longest=60.0):
    """Seconds, or None where it failed or took longer than that."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    watchdog = threading.Timer(longest, process.kill)  # wait(timeout=...) would poll, every 50 ms
    watchdog.start()
    status = process.wait()
    taken = time.perf_counter() - begin
    watchdog.cancel()
    return taken if status == 0 else None
