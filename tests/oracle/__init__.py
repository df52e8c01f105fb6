"""The witness: the contract once more, written slowly from model.md alone, for others to be compared with."""
