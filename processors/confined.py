"""What a process that reads files of others may use: memory, files and processor time have limits."""

from __future__ import annotations


def limit(memory_mb: int) -> None:
    """Take away what a hostile file could use: memory, files, core dumps. Does nothing where the system has no limits."""
    try:
        import resource
    except ImportError:  # not a Unix: wall-clock limits of the parent are all there is
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_cpu(seconds: int) -> None:
    """Give the next file its own share of processor time."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, resource.RLIM_INFINITY))
