"""A real standalone cluster on the loopback address: a master, two workers with one core each. Everything it starts it ends."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import json


PR_SET_PDEATHSIG = 1


def _end_with_us() -> None:
    """The process ends when this one does, however that comes about."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def java() -> str | None:
    """Why Spark cannot run here; none when it can."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "no pyspark"
    return None if shutil.which("java") else "no java"


@contextmanager
def cluster(folder: Path, workers: int = 2, memory: str = "3g"):
    """Gives the master's address."""
    import pyspark

    home = Path(pyspark.__file__).parent
    started: list[subprocess.Popen] = []
    port, ui = free_port(), free_port()
    environment = dict(os.environ, SPARK_HOME=str(home), PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1", SPARK_NO_DAEMONIZE="1", SPARK_WORKER_DIR=str(folder / "work"), SPARK_LOCAL_DIRS=str(folder / "local"))

    def start(name: str, *args: str) -> None:
        log = (folder / f"{name}.log").open("wb")
        # A process group of its own: what it starts ends with it.
        started.append(subprocess.Popen([home / "bin" / "spark-class", *args], env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=_end_with_us, cwd=folder))

    def alive() -> int:
        try:
            with urlopen(f"http://127.0.0.1:{ui}/json/", timeout=2) as answer:
                return json.load(answer)["aliveworkers"]
        except OSError:
            return -1

    def until(enough: int, what: str) -> None:
        end = time.monotonic() + 90
        while alive() < enough:
            if time.monotonic() > end or any(process.poll() is not None for process in started):
                logs = "\n".join((folder / f"{name}.log").read_text(errors="replace")[-2000:] for name in ("master", "worker-0") if (folder / f"{name}.log").exists())
                raise RuntimeError(f"{what} did not start:\n{logs}")
            time.sleep(0.2)

    try:
        start("master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(ui))
        until(0, "the master")
        for number in range(workers):
            start(f"worker-{number}", "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", memory, "--webui-port", str(free_port()), f"spark://127.0.0.1:{port}")
        until(workers, "the workers")
        yield f"spark://127.0.0.1:{port}"
    finally:
        for process in reversed(started):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(20)


@contextmanager
def session(master: str, folder: Path, memory: str = "2g", **settings: str):
    """A session on the cluster, ended with everything that it started."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("bylaw")
    fixed = {
        "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.executor.memory": memory, "spark.executor.cores": "1",
        "spark.pyspark.python": sys.executable, "spark.ui.enabled": "false", "spark.sql.session.timeZone": "UTC", "spark.local.dir": str(folder / "driver"),
        "spark.sql.shuffle.partitions": "8", "spark.task.maxFailures": "4", "spark.sql.warehouse.dir": str(folder / "warehouse"), "spark.log.level": "ERROR",
    }
    for name, value in {**fixed, **settings}.items():
        builder = builder.config(name, value)
    before = os.environ.get("PYSPARK_PYTHON")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()
        os.environ.pop("PYSPARK_PYTHON")
        os.environ |= {"PYSPARK_PYTHON": before} if before else {}


def executors(app: str) -> list[int]:
    """Processes of the application's executors."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"org.apache.spark.executor.CoarseGrainedExecutorBackend" in words and app.encode() in words:
                found.append(int(entry.name))
    return sorted(found)
