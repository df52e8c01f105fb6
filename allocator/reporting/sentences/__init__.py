"""Every sentence that people read, made from data: a file for each answer."""
