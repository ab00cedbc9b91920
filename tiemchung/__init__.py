"""Tiêm Chủng: the national vaccination platform."""
