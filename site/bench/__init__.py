"""`make bench`: the product beside other systems, in the same run, on this machine.

What is measured, and how it is kept fair:

- One core serves, another one holds the load generator, Redis and PostgreSQL (`processes`).
- The generator reads raw sockets (`swarm`); each run reports how busy it was beside the server.
- Every reader checks every message for loss, repetition and order, by its position in the room.
- Systems take turns inside a round; ratios are formed inside a round, then their median is taken.
"""
