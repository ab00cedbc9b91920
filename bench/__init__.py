"""Benchmarks: each figure beside the limit measured in the same run. `python -m bench [NAME]`, JSON lines on standard output."""
