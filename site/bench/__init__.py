"""`make bench`: compares the product's speed with other systems, in one run on one machine.

How the comparison is kept fair:

- One core runs the server; another runs the load generator, Redis and PostgreSQL (`processes`).
- The generator reads raw sockets (`swarm`); each run reports the load of generator and server.
- Every reader checks every message for loss, repetition and order, by its position in the room.
- Systems take turns in each round; a ratio is computed per round, and the median is reported.
"""
