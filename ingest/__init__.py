"""What comes in from outside: imports of files, and the demo shop."""
