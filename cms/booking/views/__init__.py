"""Pages of requests: asking, one request, lists, calendars."""
