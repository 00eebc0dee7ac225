"""What leaves the site: packs for places without a line."""
