"""The manual: Markdown pages that ship with the program, shown by ``allocator help`` and by the service under /help."""
