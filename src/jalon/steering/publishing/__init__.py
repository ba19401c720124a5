"""What is published together, with its wholes and its parts."""
