"""Cycles in a database: SQLite by default, PostgreSQL by URL, with the same tables, code and tests.

Every act is one transaction, and writers take turns: whatever ends a process, an act has happened or it has not.
"""
