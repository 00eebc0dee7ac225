"""A route to take along: track points, a calendar, a booklet, data for search engines."""
