"""Pages that a browser keeps and asks about again: 304 as long as all facts are as they were."""
