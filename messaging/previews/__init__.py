"""Previews of links: a small card below a message, of the page that its first link leads to.

The server fetches the page once; readers' browsers contact nobody but this site.
"""
