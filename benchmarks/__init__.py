"""Benchmarks: each prints one ratio measured in one run. See README.md."""
