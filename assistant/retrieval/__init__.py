"""Which procedure a free question is about: encoder, indexes, fusion, calibrated decision."""
