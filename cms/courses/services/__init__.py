"""What people ask of this room."""
