"""Pages of the library for readers and reviewers."""
