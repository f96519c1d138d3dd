"""Import rooms, people and messages from elsewhere.

A reader a source gives plain records (`records`) and touches no database; one writer stores them
and knows no format.
"""
