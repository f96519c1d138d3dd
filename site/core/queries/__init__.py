"""Queries whose SQL is built once, for what runs with every page."""
