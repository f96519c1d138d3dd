"""Live delivery: one hub a process feeds the sockets and streams of all rooms."""
