"""Measured speed: one question a folder, forces and limits said, raw results kept. README.md tells how to repeat it."""
