"""Every figure from the work itself: indicators, load, forecasts, effects, reports."""
