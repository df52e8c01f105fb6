"""Endpoints, a file for each thing that programs deal with."""
