"""The pages of diaries."""
