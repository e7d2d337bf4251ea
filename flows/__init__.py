"""When, in what order, again on failure: Prefect flows, the command line and the composition root."""
