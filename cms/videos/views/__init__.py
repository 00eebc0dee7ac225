"""What browsers ask of this room: sending files and fetching renditions."""
