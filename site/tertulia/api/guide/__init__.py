"""The API's document as a page for people."""
