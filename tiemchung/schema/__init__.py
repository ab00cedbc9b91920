"""The database: migrations, reference data, and the dump that tests hold against them."""
