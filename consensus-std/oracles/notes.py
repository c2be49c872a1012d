"""For each oracle that differs: who is right, and why."""

NOTES = {}
