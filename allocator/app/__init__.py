"""The use cases, each once: (store, actor, what is wanted) -> result, for the API, pages and the command line alike.

Here alone it is decided what somebody may do (``rights``, ``acts``), and what is there for them (``views``).
"""
