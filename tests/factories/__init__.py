"""What tests need to be there, made past the wall."""
