"""The page where a family answers: public, without a script, a cookie or a name."""
