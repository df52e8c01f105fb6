"""Planning staff and training: futures drawn by chance, each run cycle by cycle with the real allocator deciding."""
