"""What follows a post or an edit: tasks of features, stored in the same transaction.

The features stand on messages, so their tasks are named by path here.
"""
