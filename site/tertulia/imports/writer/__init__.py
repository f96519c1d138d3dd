"""The writer of imports: stores the records of a reader, and knows no format.

    run       one import from the beginning to the end; `check` reads the same and writes nothing
    people    who a person of the source is here; `mapping` reads people.csv
    places    in which room a place of the source goes on
    messages  stores a batch; `bodies`, `texts`, `files` and `reactions` are what it stores
    lease     one import at a time, and how far it is

Nothing that is stored here is news: nothing is pushed, mailed or unread, and no webhook is told.
"""
