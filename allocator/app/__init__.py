"""The use cases, each once: (store, actor, what is wanted) -> result, for the API, pages and the command line alike.

Here alone it is decided what somebody may do (``rights``, ``acts``), and what is there for them (``views``).

What takes a ``cycle_id`` is about the newest cycle unless it is given; a ``version`` is the one that was seen when the
act was decided, and any will do unless it is given.
"""
