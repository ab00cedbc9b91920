"""The schedule engine: dates, loaders, evaluation, forecast, gate."""
