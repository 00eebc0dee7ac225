"""The media engine: turns a phone video into something every phone can play. Knows nothing of the site."""
