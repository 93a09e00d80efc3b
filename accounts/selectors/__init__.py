"""Reads about people, workspaces and keys, one file for each subject."""
